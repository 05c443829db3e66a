/** The few things that every view does to the document, each touching it only when it changes. */

/**
 * An element that index.html promises.
 * @template {Element} E
 * @param {ParentNode} root @param {string} selector @param {{ new (): E }} kind
 * @returns {E}
 */
export function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`index.html has no ${kind.name} ${selector}`);
  return element;
}

/**
 * Makes an element. `role` and what has a hyphen in its name become attributes: older browsers know no properties for
 * them. Null leaves one out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]> & { [name: `${string}-${string}`]: string | null }} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    const isAttribute = name === 'role' || name.includes('-');
    if (isAttribute) setAttribute(element, name, /** @type {string | null} */ (value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...children);
  return element;
}

/**
 * Makes a drawing, or a part of one.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | number>} attributes @param {string} [text]
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes, text = '') {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}

/** @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Text that takes no room when there is none. @param {HTMLElement} element @param {string} text */
export function setNote(element, text) {
  setText(element, text);
  element.hidden = text === '';
}

/**
 * Switched off for a while, but still there to be reached by keyboard: a button that vanished
 * would take the keyboard's focus with it.
 * @param {HTMLElement} button @param {boolean} enabled
 */
export function setEnabled(button, enabled) {
  setAttribute(button, 'aria-disabled', enabled ? null : 'true');
}

/** Null takes it away. @param {Element} element @param {string} name @param {string | null} value */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param {HTMLElement} button */
const isEnabled = (button) => button.getAttribute('aria-disabled') !== 'true';

/**
 * A button that does nothing while it is switched off.
 * @param {string} label @param {() => void} act @param {Parameters<typeof h<'button'>>[1]} [properties]
 */
export function makeButton(label, act, properties) {
  const button = h('button', { type: 'button', className: 'quiet', ...properties }, label);
  onClick(button, act);
  return button;
}

/** @param {HTMLElement} button @param {() => void} act unless it is switched off */
export function onClick(button, act) {
  button.addEventListener('click', () => {
    if (isEnabled(button)) act();
  });
}

/**
 * Takes the files that were picked. The input is emptied, so that the same file can be picked again.
 * @param {HTMLInputElement} input @param {(files: File[]) => void} take
 */
export function onFiles(input, take) {
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) take(files);
    input.value = '';
  });
}

/** A pointer that goes further than this between press and release was dragged away. */
const DRAG_PIXELS = 8;

/**
 * Calls `act` when the button is pressed, also when the page moves it away before the pointer is released:
 * what is found in a pasted text, for one, is shown above the button a moment later.
 * @param {HTMLButtonElement} button @param {() => void} act
 */
export function onPress(button, act) {
  let [x, y] = [0, 0];
  button.addEventListener('pointerdown', (event) => {
    [x, y] = [event.clientX, event.clientY];
    button.setPointerCapture(event.pointerId);
  });
  button.addEventListener('click', (event) => {
    // A click by keyboard has no place.
    const dragged =
      event.detail > 0 && Math.hypot(event.clientX - x, event.clientY - y) > DRAG_PIXELS;
    if (!dragged) act();
  });
}

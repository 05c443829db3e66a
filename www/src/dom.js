// @ts-check
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
 * Switched off for a while, but still there to be reached by keyboard: a button that vanished from
 * under the focus would leave its person nowhere.
 * @param {HTMLElement} button @param {boolean} enabled
 */
export function setEnabled(button, enabled) {
  if (enabled) button.removeAttribute('aria-disabled');
  else button.setAttribute('aria-disabled', 'true');
}

/** @param {HTMLElement} button */
export const isEnabled = (button) => button.getAttribute('aria-disabled') !== 'true';

/** @param {string} label @param {string} [className] @returns {HTMLButtonElement} */
export function makeButton(label, className = 'quiet') {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = className;
  button.textContent = label;
  return button;
}

/**
 * Hands on the file that was picked. The input is emptied, so that the same file can be picked again.
 * @param {HTMLInputElement} input @param {(file: File) => void} take
 */
export function onFile(input, take) {
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file !== undefined) take(file);
    input.value = '';
  });
}

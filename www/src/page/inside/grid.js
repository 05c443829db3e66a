/** Many buttons that are one stop of the Tab key: arrow keys go from one to the next. */

/** Where each button stands. @type {WeakMap<HTMLButtonElement, { row: number, x: number }>} */
const places = new WeakMap();

/** @param {HTMLButtonElement} button @param {number} row @param {number} x */
export function put(button, row, x) {
  places.set(button, { row, x });
  button.tabIndex = -1;
  return button;
}

/** The buttons that are there. @param {HTMLElement} element */
const buttonsOf = (element) =>
  [...element.querySelectorAll('button')].filter(
    (button) => places.has(button) && !button.disabled,
  );

/** Makes one of the buttons the one that Tab reaches. @param {HTMLElement} element @param {HTMLButtonElement | null} [wanted] */
export function rove(element, wanted) {
  const buttons = buttonsOf(element);
  const chosen = wanted ?? buttons.find(({ tabIndex }) => tabIndex === 0) ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
}

/** @param {HTMLElement} element @param {KeyboardEvent} event whether it was one of these keys */
export function moveByKey(element, event) {
  const { target, key } = event;
  if (!(target instanceof HTMLButtonElement)) return false;
  const from = places.get(target);
  if (from === undefined || !element.contains(target)) return false;
  const others = buttonsOf(element).map((button) => ({
    button,
    ...(places.get(button) ?? { row: 0, x: 0 }),
  }));
  const distance = (/** @type {{ row: number, x: number }} */ { row, x }) =>
    key === 'ArrowLeft' || key === 'ArrowRight'
      ? row === from.row && x !== from.x && x > from.x === (key === 'ArrowRight')
        ? Math.abs(x - from.x)
        : Number.POSITIVE_INFINITY
      : row !== from.row && row > from.row === (key === 'ArrowDown')
        ? Math.abs(row - from.row) * 1000 + Math.abs(x - from.x)
        : Number.POSITIVE_INFINITY;
  if (!/^Arrow(Left|Right|Up|Down)$/.test(key)) return false;
  event.preventDefault();
  const best = others.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  if (distance(best) === Number.POSITIVE_INFINITY) return true;
  rove(element, best.button);
  best.button.focus();
  return true;
}

// @ts-check

import { setAttribute } from '../dom.js';

/**
 * Says by attributes what an element is: older browsers know no properties for it.
 * @template {Element} E
 * @param {E} element @param {{ role?: string, label?: string, pressed?: boolean }} what @returns {E}
 */
export function aria(element, { role, label, pressed }) {
  if (role !== undefined) setAttribute(element, 'role', role);
  if (label !== undefined) setAttribute(element, 'aria-label', label);
  if (pressed !== undefined) setAttribute(element, 'aria-pressed', pressed ? 'true' : null);
  return element;
}

/** Which controls there are: a link may ask for a few of them, for a class. What is hidden is out of the tab order. */

import { LENSES } from '../lenses/table.js';

/** @typedef {Exclude<import('../lenses/table.js').Lens, 'certainty'>} Lens one that can be hidden: Certainty is none */

const HIDEABLE = /** @type {Lens[]} */ (Object.keys(LENSES).filter((lens) => lens !== 'certainty'));

/** @param {Lens} lens */
const choiceOf = (lens) => `#lenses label:has([value="${lens}"])`;

/** By the name that a link has for it: what it is, in CSS. */
export const CONTROLS = {
  choices: '#sentence',
  text: '#text-panel, [popovertarget="text-panel"]',
  settings: '.more-settings, [popovertarget="settings-sheet"]',
  reset: '#reset',
  inside: '#places',
  runs: '[popovertarget="saved-sheet"], .top .file',
  share: '[popovertarget="share-sheet"]',
  export: '[popovertarget="export-sheet"]',
  .../** @type {Record<Lens, string>} */ (
    Object.fromEntries(HIDEABLE.map((lens) => [lens, choiceOf(lens)]))
  ),
  time: `${choiceOf('time')}, #handle`,
  prompt: '.prompt',
  temperature: '.slider:has(#temperature)',
  writing: '.generated-acts, [popovertarget="writing-sheet"]',
  chart: '[popovertarget="chart-sheet"], #zoom',
  figures: '#figures',
  try: '#try',
};

/** @typedef {keyof typeof CONTROLS} Control */

const ALL = /** @type {Control[]} */ (Object.keys(CONTROLS));

/** Names of several at once. @type {Record<string, Control[]>} */
const GROUPS = { lenses: HIDEABLE };

/** All names that a link may use. */
export const NAMES = [...ALL, ...Object.keys(GROUPS)];

/** What the lesson has no use for: without it all that it asks for is found at a glance. @type {Control[]} */
const BESIDE_LESSON = ['share', 'export', 'chart'];

/**
 * What an address asks of the page.
 * @typedef {object} Asked
 * @property {boolean} lesson
 * @property {Control[] | null} shown null: everything
 * @property {string[]} unknown what the page knows nothing of, as it stands in the address
 */

/** @param {string[]} pairs such as `show=text,lenses` @returns {Asked} */
export function readAsked(pairs) {
  /** @type {Asked} */
  const asked = { lesson: false, shown: null, unknown: [] };
  for (const pair of pairs) {
    const [key, ...values] = pair.split('=');
    const value = values.join('=');
    if (key === 'lesson') {
      if (value === '1') asked.lesson = true;
      else asked.unknown.push(pair);
      continue;
    }
    // Compare reads it.
    if (key === 'compare') continue;
    const names = value.split(/,|%2C/i).filter((name) => name !== '');
    const known = names.filter((name) => NAMES.includes(name));
    asked.unknown.push(...names.filter((name) => !NAMES.includes(name)));
    // A slip of the pen does not hide everything.
    if (known.length === 0 && names.length > 0) continue;
    const controls = known.flatMap((name) => GROUPS[name] ?? [/** @type {Control} */ (name)]);
    asked.shown = [...(asked.shown ?? []), ...controls];
  }
  return asked;
}

/** The style that hides the rest. @param {Asked['shown']} shown @param {boolean} inLesson */
export function hidingStyle(shown, inLesson) {
  const isHidden = (/** @type {Control} */ name) =>
    shown === null ? inLesson && BESIDE_LESSON.includes(name) : !shown.includes(name);
  const hidden = ALL.filter(isHidden);
  const selectors = hidden.map((name) => CONTROLS[name]);
  if (GROUPS.lenses.every((name) => hidden.includes(name))) selectors.push('#lenses');
  return selectors.length === 0 ? '' : `${selectors.join(', ')} { display: none !important; }`;
}

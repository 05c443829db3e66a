/** One lane: what differs in it and, once it trains, what it writes and its numbers. */

import { clock } from '../chart/units.js';
import { h, makeButton, setEnabled, setNote, setText } from '../dom.js';
import { compact, loss, whole } from '../format.js';
import { lastCharacters } from '../generated/sample.js';
import { levelOf } from '../generated/tint.js';
import { approximately } from '../run/held-out.js';
import { FIELDS, networkName } from '../settings/fields.js';

/** @import { Field } from '../settings/fields.js' */
/** @import { Lane } from './lane.js' */

/** A lane shows about so many characters of what it wrote. */
const SHOWN = 1_200;

/** A reader this near to the end is at the end. */
const END_PX = 32;

/**
 * The value that a network will have.
 * @param {Field} field @param {string} value @param {number} number of the network, from 1
 * @param {(value: string) => void} change @param {(() => void) | null} remove
 */
export function createValue(field, value, number, change, remove) {
  const { label, choices, kind } = FIELDS[field];
  const id = `compare-value-${number}`;
  const control =
    choices === undefined
      ? h('input', {
          id,
          value,
          autocomplete: 'off',
          inputMode: kind === 'whole' ? 'numeric' : 'decimal',
        })
      : h('select', { id }, ...Object.entries(choices).map(([key, name]) => new Option(name, key)));
  control.value = value;
  control.addEventListener('change', () => change(control.value));
  const named = h('label', { htmlFor: id }, `Network ${number}: ${label.toLowerCase()}`);
  const buttons =
    remove === null
      ? []
      : [makeButton('Remove', remove, { 'aria-label': `Remove network ${number}` })];
  return h('li', { className: 'lane field' }, named, control, ...buttons);
}

/** @param {Lane} lane @param {number} number from 1 @param {() => void} keep */
export function createLane(lane, number, keep) {
  const about = h('small');
  const writes = { className: 'lane-writes', 'aria-label': `${lane.name} writes` };
  const region = h('section', { ...writes, tabIndex: 0, dir: 'auto' });
  const said = h('p', { className: 'lane-said', hidden: true });
  const names = ['Loss on unseen text', 'Training loss', 'Step', 'Letters read', 'Time'];
  const values = names.map(() => h('dd', {}, '–'));
  const kept = makeButton('Keep this one', keep, { 'aria-label': `Keep this one: ${lane.name}` });
  const element = h(
    'li',
    { className: 'lane' },
    h('h3', { className: `lane-${number}` }, lane.name),
    about,
    region,
    h('dl', {}, ...names.map((name, i) => h('div', {}, h('dt', {}, name), values[i]))),
    said,
    kept,
  );

  function write() {
    const { heading, pieces } = lane.takeWritten();
    if (heading !== null) region.replaceChildren(...(heading === '' ? [] : [h('b', {}, heading)]));
    if (pieces.length === 0) return;
    const isAtEnd = region.scrollHeight - region.scrollTop - region.clientHeight < END_PX;
    // Neighbours of one tint share an element.
    for (const { symbol, probability } of lastCharacters(pieces, SHOWN)) {
      const tint = `tint-${levelOf(probability)}`;
      const last = region.lastElementChild;
      if (last?.className === tint) last.append(symbol);
      else region.append(h('span', { className: tint }, symbol));
    }
    while ((region.textContent ?? '').length > SHOWN) region.firstChild?.remove();
    if (isAtEnd) region.scrollTop = region.scrollHeight;
  }

  return {
    element,
    render() {
      const { report, config, heldOut, step, charactersSeen, trainedMs } = lane;
      const size = report === null ? '' : ` · ${whole(report.parameters)} parameters`;
      setText(about, `${networkName(config)}${size}`);
      const told = [
        heldOut === null ? '–' : approximately(heldOut, loss(heldOut.loss)),
        lane.loss === null ? '–' : loss(lane.loss),
        whole(step),
        charactersSeen < 1e6 ? whole(charactersSeen) : compact(charactersSeen),
        clock(trainedMs / 1000),
      ];
      for (const [i, text] of told.entries()) setText(values[i], text);
      setNote(said, lane.said);
      setText(kept, lane.isSaving ? 'Keeping…' : 'Keep this one');
      setEnabled(kept, step > 0 && lane.over !== 'failed' && !lane.isSaving);
      write();
    },
  };
}

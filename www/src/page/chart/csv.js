/** The chart's lines as a table that any spreadsheet reads (RFC 4180). Pure. */

/** @import { LossHistory, Place, Point, Table } from '../../shared/loss-history.js' */

const HEAD = [
  'run',
  'step',
  'characters',
  'training_seconds',
  'training_loss_nats',
  'held_out_loss_nats',
  'held_out_estimated_over_characters',
  'held_out_loss_with_letter_statistics_nats',
  'changed',
  'from',
  'to',
];

/** @param {{ name: string, history: LossHistory }[]} runs @returns {string} */
export function csvOf(runs) {
  const lines = [HEAD.join(',')];
  for (const { name, history } of runs) {
    const run = spreadsheetCell(name);
    for (const [place, ...values] of rowsOf(history)) {
      const { step, charactersSeen, seconds } = place;
      const where = [number(step), number(charactersSeen), number(seconds)];
      lines.push([run, ...where, ...values].join(','));
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * Every point and every mark, in the order of their steps.
 * @param {LossHistory} history
 * @returns {[place: Place, ...values: string[]][]}
 */
function rowsOf(history) {
  const training = pointsOf(history.training);
  if (history.newest !== null) training.push(history.newest);
  /** @type {[Place, ...string[]][]} */
  const rows = [
    ...training.map((point) => row(point, number(point.loss), '', '', '', '', '', '')),
    ...pointsOf(history.heldOut).map((point, i) => {
      const { estimate, together } = history.heldOut;
      const beside = [estimate[i], together[i]].map((value) => (value > 0 ? number(value) : ''));
      return row(point, '', number(point.loss), ...beside, '', '', '');
    }),
    ...history.marks.map((mark) =>
      row(mark, '', '', '', '', mark.setting, number(mark.from), number(mark.to)),
    ),
  ];
  return rows.sort(([one], [other]) => one.step - other.step);
}

/** @param {Place} place @param {string[]} values
 * @returns {[Place, ...string[]]} */
const row = (place, ...values) => [place, ...values];

/** @param {Table} table @returns {Point[]} */
const pointsOf = ({ step, charactersSeen, seconds, loss }) =>
  Array.from(step, (_, i) => ({
    step: step[i],
    charactersSeen: charactersSeen[i],
    seconds: seconds[i],
    loss: loss[i],
  }));

/** As many digits as single precision has. @param {number} value */
const number = (value) => String(Number(value.toPrecision(9)));

/**
 * A text as a cell of a spreadsheet: quoted where it must be, and behind a `'` where it begins with what would make it a
 * formula. It is not always the text, so no format that a program reads may use it.
 * @param {string} text
 */
export function spreadsheetCell(text) {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

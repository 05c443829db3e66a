// @ts-check
/** The chart's lines as a table that any spreadsheet reads (RFC 4180). Pure. */

const HEAD = [
  'run',
  'step',
  'characters',
  'training_seconds',
  'training_loss_nats',
  'held_out_loss_nats',
  'changed',
  'from',
  'to',
];

/**
 * @param {{ name: string, curve: import('../curve.js').Curve }[]} runs
 * @returns {string}
 */
export function csvOf(runs) {
  const lines = [HEAD.join(',')];
  for (const { name, curve } of runs) {
    const run = quoted(name);
    for (const [place, ...values] of rowsOf(curve)) {
      const { step, charactersSeen, seconds } = place;
      const where = [number(step), number(charactersSeen), number(seconds)];
      lines.push([run, ...where, ...values].join(','));
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * Every point and every mark, in the order of their steps.
 * @param {import('../curve.js').Curve} curve
 * @returns {[place: import('../curve.js').Place, ...values: string[]][]}
 */
function rowsOf(curve) {
  const training = pointsOf(curve.training);
  if (curve.newest !== null) training.push(curve.newest);
  /** @type {[import('../curve.js').Place, ...string[]][]} */
  const rows = [
    ...training.map((point) => row(point, number(point.loss), '', '', '', '')),
    ...pointsOf(curve.heldOut).map((point) => row(point, '', number(point.loss), '', '', '')),
    ...curve.marks.map((mark) => row(mark, '', '', mark.knob, number(mark.from), number(mark.to))),
  ];
  return rows.sort(([one], [other]) => one.step - other.step);
}

/** @param {import('../curve.js').Place} place @param {string[]} values
 * @returns {[import('../curve.js').Place, ...string[]]} */
const row = (place, ...values) => [place, ...values];

/** @param {import('../curve.js').Table} table @returns {import('../curve.js').Point[]} */
const pointsOf = ({ step, charactersSeen, seconds, loss }) =>
  Array.from(step, (_, i) => ({
    step: step[i],
    charactersSeen: charactersSeen[i],
    seconds: seconds[i],
    loss: loss[i],
  }));

/** As many digits as single precision has. @param {number} value */
const number = (value) => String(Number(value.toPrecision(9)));

/** @param {string} text */
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

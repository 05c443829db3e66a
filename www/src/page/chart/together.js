/** The line of the network with letter statistics: its switch, its name, and what each knows that the other does not. */

import { find, h, setText } from '../dom.js';
import { loss, whole } from '../format.js';

/** @import { Together } from '../../shared/protocol.js' */
/** @import { Emit, State } from '../state.js' */

/** It is never called the network's loss. */
export const NAME = 'network + letter statistics';

const WHAT =
  'Letter statistics (the last 6 letters, Kneser-Ney) know other things than the network. The line shows what both reach together, mixed letter by letter. It is not the network’s loss.';

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)}%`;

/**
 * Where one of the two saves most against the other, in words; '' where it saves nothing.
 * @param {Together['places']} places @param {'network' | 'statistics'} one @param {'network' | 'statistics'} other
 */
function strengthOf(places, one, other) {
  const saved = (/** @type {Together['places'][number]} */ place) =>
    place.count * (place[other] - place[one]);
  const [best] = [...places].sort((a, b) => saved(b) - saved(a));
  return best === undefined || saved(best) <= 0
    ? ''
    : ` (most of all at ${best.name}: ${loss(best[one])} against ${loss(best[other])})`;
}

/** What each of the two knows that the other does not. @param {Together} together */
export function describeTogether({ loss: both, network, statistics, predictions, better, places }) {
  return [
    `On ${whole(predictions)} unseen letters: together ${loss(both)} nats, the network alone ${loss(network)}, letter statistics alone ${loss(statistics)}.`,
    `By more than a nat, the network expected ${percent(better.network)} of them better${strengthOf(places, 'network', 'statistics')},`,
    `the statistics ${percent(better.statistics)}${strengthOf(places, 'statistics', 'network')}.`,
  ].join(' ');
}

/** What there is to say. @param {State} state */
function sentenceOf({ run, generated }) {
  if (generated.statistics === 'off') return WHAT;
  if (run === null) return 'Press Train: then the letters of the text are counted.';
  if (run.report === null) return 'These weights have met no text whose letters could be counted.';
  const together = run.heldOut?.together;
  return together === undefined ? 'Counting letters…' : describeTogether(together);
}

/** @param {HTMLElement} element @param {Emit} emit */
export function createTogether(element, emit) {
  const tick = h('input', { type: 'checkbox' });
  const note = h('p', { className: 'note' });
  const key = h('li', { className: 'key-together', hidden: true }, NAME);
  find(element, '#chart-tools', HTMLElement).after(
    h('label', { className: 'with-statistics' }, tick, NAME),
    note,
  );
  find(element, '.legend', HTMLElement).append(key);
  tick.addEventListener('change', () => {
    const statistics = tick.checked ? 'measured' : 'off';
    emit({ type: 'setSampling', change: { statistics } });
  });
  return {
    /** @param {State} state */
    render(state) {
      tick.checked = state.generated.statistics !== 'off';
      key.hidden = !tick.checked;
      setText(note, sentenceOf(state));
    },
  };
}

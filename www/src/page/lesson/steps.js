/** The seven steps of the lesson: what to do, and how the page sees that it was done. Pure. */

import { brief, loss, whole } from '../format.js';
import { percent, spokenOf } from '../generated/glyphs.js';
import { alternativesOf } from '../generated/sample.js';
import { levelOf } from '../generated/tint.js';
import { byPlace } from '../lenses/surprise.js';
import { calledWithin } from '../text/samples.js';

/** @import { Character } from '../generated/sample.js' */
/** @import { State } from '../state.js' */

/**
 * The two runs of the fifth step.
 * @typedef {object} Pair
 * @property {number[]} rates
 * @property {number[]} losses held-out, of the runs that have ended
 * @property {number} part of the present run that is done, 0 to 1
 *
 * What was done since the step was opened.
 * @typedef {object} Seen
 * @property {Character | null} character that was looked at last
 * @property {number} cold how many characters were written at a low temperature
 * @property {number} hot how many at a high one
 * @property {string} answer '' while none was given
 * @property {Pair | null} pair
 *
 * @typedef {{ state: State, samples: readonly { step: number }[], seen: Seen }} Sight
 *
 * @typedef {object} Choice how a step is answered
 * @property {string} label
 * @property {string[]} options
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {true} [takesPair] whether its answer begins the two runs
 * @property {(sight: Sight) => string} ask what to do
 * @property {(sight: Sight) => Choice | null} [choice]
 * @property {(sight: Sight) => string | null} found what the act showed; null until it is done
 */

/** @type {Seen} */
export const NOTHING_SEEN = { character: null, cold: 0, hot: 0, answer: '', pair: null };

/** At these temperatures, */
export const COLD = 0.2;
export const HOT = 1.5;
/** so many characters are to be written: a line or two. */
const A_LINE = 120;

/** Go back to before this step: what it wrote there is far from what it writes later. */
const EARLY_STEP = 100;

export const FULL = 'the full rate';
export const HALF = 'half of it';

/** Why a step has to wait, or ''. @param {State} state @param {boolean} [writing] whether it is about what is written */
function obstacle({ run, lens, generated }, writing = false) {
  if (run === null) return 'Press Train first.';
  if (run.step === null || run.report === null) return 'Wait for the run to begin.';
  if (writing && lens.open !== 'certainty') return 'Open Certainty first.';
  if (writing && !generated.on) return 'Press Keep writing first.';
  return '';
}

/** What Surprise shows: each place with its mean, the hardest first. @param {State} state */
function hardest({ lens }) {
  const { open, seen } = lens;
  if (open !== 'surprise' || seen?.look.what !== 'reading') return [];
  const places = byPlace([...seen.look.text], seen.look.surprise);
  return places.sort((one, other) => other.mean - one.mean);
}

/** Of so few letters as Surprise shows, means that are no further apart, in nats, are alike. */
const CLOSE = 0.1;

/** @type {Step[]} */
export const STEPS = [
  {
    title: 'Beat counting letters',
    ask({ state: { run } }) {
      const counting = 'what knowing the common letters alone comes to';
      if (run === null)
        return 'Press Train. The network has read nothing yet: it begins with noise, and learns.';
      const { report, heldOut } = run;
      if (report === null || heldOut === null) return 'The first loss is being measured.';
      return `The loss on unseen text, the last tenth, is ${loss(heldOut.loss)}. Train until it is below ${loss(report.unigramLoss)}, ${counting}.`;
    },
    found({ state: { run } }) {
      const { report, heldOut } = run ?? {};
      if (!report || !heldOut || heldOut.loss >= report.unigramLoss) return null;
      return `At step ${whole(heldOut.step)} the loss was ${loss(heldOut.loss)}; counting letters comes to ${loss(report.unigramLoss)}. So it makes use of the letters before.`;
    },
  },
  {
    title: 'Find an unsure letter',
    ask({ state, seen: { character } }) {
      const wait = obstacle(state);
      if (wait !== '') return wait;
      if (state.lens.open !== 'certainty') return 'Open Certainty first.';
      const sure = character && `That one had ${percent(character.probability)}. `;
      return `${sure ?? ''}Find a letter without tint: one that was unlikely. Point at it, tap it, or go to it by arrow keys.`;
    },
    found({ seen: { character } }) {
      if (character === null || levelOf(character.probability) > 0) return null;
      const [first] = alternativesOf(character);
      const it = `“${spokenOf(character.symbol)}” had ${percent(character.probability)}`;
      if (first === undefined || first.symbol === character.symbol) {
        return `${it}, and nothing had more. The letters are drawn by chance.`;
      }
      return `${it}, “${spokenOf(first.symbol)}” ${percent(first.probability)}. Letters are drawn by chance, so now and then an unlikely one is written.`;
    },
  },
  {
    title: 'Turn the temperature',
    ask({ state, seen: { cold, hot } }) {
      const wait = obstacle(state, true);
      if (wait !== '') return wait;
      if (cold < A_LINE) return `Set Temperature to ${COLD}.`;
      if (hot < A_LINE) return `Read a line of what it writes now. Then set it to ${HOT}.`;
      return '';
    },
    found: ({ seen: { cold, hot } }) =>
      cold >= A_LINE && hot >= A_LINE
        ? `Read a line of this too. At ${COLD} it takes nearly always the likeliest letter, at ${HOT} often an unlikely one. Temperature changes how letters are drawn, not the weights or the loss. Put it back to 0.8.`
        : null,
  },
  {
    title: 'What nobody knows',
    ask({ state, seen: { answer } }) {
      const wait = obstacle(state);
      if (wait !== '') return wait;
      const places = hardest(state);
      if (places.length === 0) {
        return 'Open Surprise. The redder a letter, the less the network expected it.';
      }
      const wrong = places.find(({ name }) => name === answer);
      const said = wrong && `No: ${answer} comes to ${loss(wrong.mean)}. `;
      return `${said ?? ''}Look at the red letters. Where do they stand, most of all?`;
    },
    choice({ state }) {
      const options = hardest(state).map(({ name }) => name);
      // In an order that gives nothing away.
      return options.length === 0 ? null : { label: 'Hardest', options: options.sort() };
    },
    found({ state, seen: { answer } }) {
      const [first, second] = hardest(state);
      const answered = hardest(state).find(({ name }) => name === answer);
      if (answered === undefined || first.mean - answered.mean > CLOSE) return null;
      const why = 'What comes there is the least bound by what stands before it.';
      if (answered.name !== first.name) {
        return `Too close to call: ${answer} comes to ${loss(answered.mean)} nats, ${first.name} to ${loss(first.mean)}. ${why}`;
      }
      const rest = second && ` Next: ${second.name}, ${loss(second.mean)}.`;
      return `Yes: ${first.name}, ${loss(first.mean)} nats. ${why}${rest ?? ''}`;
    },
  },
  {
    title: 'Half the rate',
    takesPair: true,
    ask({ state: { run, ...state }, seen: { pair } }) {
      if (pair !== null) {
        const at = pair.losses.length;
        const before = at === 0 ? '' : ` The first ended at ${loss(pair.losses[0])}.`;
        const paused = run?.phase === 'paused' ? ' Press Resume.' : '';
        return `Run ${at + 1} of 2, rate ${brief(pair.rates[at])}: ${percent(pair.part)}.${before}${paused}`;
      }
      const wait = obstacle({ run, ...state });
      if (run === null || wait !== '') return wait;
      return `Two short runs: one with the learning rate ${brief(run.config.learningRate)}, one with half of it. Which ends with the lower loss? Guess, and both run. Your run ${run.phase === 'paused' ? 'stays as it is' : 'waits meanwhile'}.`;
    },
    choice: ({ state, seen: { pair } }) =>
      pair === null && obstacle(state) === '' ? { label: 'My guess', options: [FULL, HALF] } : null,
    found({ seen: { answer, pair } }) {
      if (pair === null || pair.losses.length < 2) return null;
      const [full, half] = pair.losses;
      const [one, other] = pair.rates.map(brief);
      const losses = `${loss(full)} at ${one}, ${loss(half)} at ${other}`;
      const ended =
        full === half
          ? 'Both end alike'
          : `${half < full ? 'Half of it' : 'The full rate'} ends lower`;
      const right = full === half || (answer === HALF) === half < full;
      const guessed = right ? 'as you guessed' : 'not as you guessed';
      return `${ended}, ${guessed}: ${losses}. Large steps go far in a short run; small ones may settle lower in a long run. The chart shows the beginning, with both.`;
    },
  },
  {
    title: 'Go back in time',
    ask({ state, samples }) {
      const wait = obstacle(state);
      if (wait !== '') return wait;
      if ((samples.at(-1)?.step ?? 0) < EARLY_STEP) return `Train until step ${EARLY_STEP}.`;
      return `Drag the handle at the end of the curve back to before step ${EARLY_STEP}. Or open Time, and move its slider there.`;
    },
    found({ state: { lens }, samples }) {
      const { open, step } = lens;
      const isFar = (samples.at(-1)?.step ?? 0) >= EARLY_STEP;
      if (!isFar || open !== 'time' || step === null || step >= EARLY_STEP) return null;
      return `This is what it wrote at step ${whole(step)}, with the same random numbers as at every other step. All the difference is in the weights.`;
    },
  },
  {
    title: 'Your own text',
    ask({ state: { run, text } }) {
      if (run !== null)
        return 'This run has read a text of ours. Press Reset to give it one of yours.';
      if (text.source.sample !== undefined || text.source.content === '') {
        return 'Choose “my own text”, and paste one: a few pages are best.';
      }
      return 'Press Train.';
    },
    found({ state: { run } }) {
      const { text, report } = run ?? {};
      if (!text || !report || text.sample !== undefined) return null;
      return `It learns ${calledWithin(text)}: ${whole(report.characters)} characters that never leave this tab.`;
    },
  },
];

/** Asks the training worker for the run as it is now: by an ordinary message, once. */

/** @import { Page } from '../places.js' */
/** @import { AskedRun } from './run-check.js' */

/** No other question has it: the page counts from 0. */
const REQUEST = Number.MIN_SAFE_INTEGER;

/** A question that was not answered for so long is lost: a worker in a long step answers late. */
const LOST_MS = 30_000;

export const NOTHING_TRAINS = 'Nothing trains yet. Press Train in Watch first.';

/** @param {Page} page */
export function createAskRun({ state, send, observers }) {
  /** @type {(answer: AskedRun) => void} */
  let answer = () => {};
  /** Which run was asked. @type {number | undefined} */
  let asked;
  observers.push({
    observe(_before, event, { run }) {
      if (run?.id !== asked) answer('The run is gone.');
      if (!('requestId' in event) || event.requestId !== REQUEST) return;
      if (event.type === 'failed') answer(event.message);
      if (event.type !== 'looked' || event.look.what !== 'run') return;
      const { file, training } = event.look;
      answer(
        file === null
          ? 'These weights have no text yet. Resume trains them on one.'
          : training === null
            ? 'The text is too long to be checked here: up to 20 million characters are.'
            : { file, training },
      );
    },
  });

  /** @returns {Promise<AskedRun>} */
  return () => {
    const { run } = state();
    if (run === null) return Promise.resolve(NOTHING_TRAINS);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('The training does not answer.'), LOST_MS);
      answer = (found) => {
        clearTimeout(timer);
        resolve(found);
      };
      asked = run.id;
      send({ type: 'look', runId: run.id, requestId: REQUEST, question: { what: 'run' } });
    });
  };
}

/**
 * Waits that end. A wait is counted in ticks: while a machine sleeps or a process stands still no tick
 * comes, so such a gap costs one tick and is nobody's fault.
 */

const TICKS = 8;

/** A question is answered within this time, or a sentence says that it is not: ten seconds at most. */
export const ANSWER_MS = 8000;

/**
 * Calls `act` after so much time awake.
 * @param {number} ms @param {() => void} act
 * @returns {() => void} calls it off
 */
export function afterAwake(ms, act) {
  let left = TICKS;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    act();
  }, ms / TICKS);
  return () => clearInterval(timer);
}

export class NoAnswer extends Error {
  name = 'NoAnswer';
}

/**
 * What a promise comes to, if it does so in time. Throws {@link NoAnswer} when it does not.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {(result: T) => void} [late] takes what comes after that
 * @returns {Promise<T>}
 */
export function within(promise, ms, late = () => {}) {
  return new Promise((resolve, reject) => {
    let over = false;
    const cancel = afterAwake(ms, () => {
      over = true;
      reject(new NoAnswer('There was no answer.'));
    });
    promise.then(
      (result) => {
        cancel();
        if (over) late(result);
        else resolve(result);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** Checks the gradient of a run, on a thread of its own: a weight may take long, and page and training go on. */

import init, { RunCheck } from '../../../pkg/babble_inside.js';

/**
 * @param {import('../shared/protocol-of-others.js').CheckRun} run
 * @param {(answer: import('../shared/protocol-of-others.js').RunChecked) => void} post
 */
export async function checkRun({ file, training }, post) {
  try {
    await init();
    const check = new RunCheck(file, training);
    const plan = check.plan();
    for (let done = 0; done < plan.samples; ) {
      post({ plan, done });
      done = check.nudgeNext();
    }
    post({ plan, found: check.report() });
  } catch (error) {
    post({ failed: error instanceof Error ? error.message : String(error) });
  }
}

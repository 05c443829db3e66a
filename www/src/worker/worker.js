/// <reference lib="webworker" />
/**
 * The one script of all workers. A worker does what its name says: `training plain` and `training fused` train, with
 * the module that the next run probably needs; `parallel` shares the steps of a run; `baselines` measures a text; `check` checks the gradient of a run.
 */

import { Session } from './session.js';

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const [role, kind] = scope.name.split(' ');

// later.js imports from this script, and WebKit runs it a second time for that: the first session stays.
if (scope.onmessage) {
  // There is nothing to do.
} else if (role === 'training') {
  const session = new Session(scope, kind === 'fused' ? 'fused' : 'plain');
  scope.onmessage = ({ data }) => session.receive(data);
} else {
  const later = import('./later.js');
  // The page hears of what fails here as of any other fault of the script.
  later.catch(reportError);
  // Set at once, or an early message would be lost.
  scope.onmessage = async ({ data }) => {
    const { roles } = await later;
    roles[/** @type {keyof typeof roles} */ (role)](data, (event) => scope.postMessage(event));
  };
}

/**
 * Check this run: the gradient of the network that trains now, on its own next chunk. Its weights come from the
 * training worker once; a worker of its own nudges them, so that page and training go on.
 */

import workerUrl from '../../worker/worker.js?worker&url';
import { scriptAt } from '../browser/trusted.js';
import { h, makeButton, setEnabled, setText } from '../dom.js';
import { whole } from '../format.js';
import { NOTHING_TRAINS } from './ask-run.js';
import { tiny } from './formulas.js';
import { seconds, verdictOfRun } from './run-words.js';

/** @import { TensorCheck } from '../../../../pkg/babble_inside.js' */
/** @import { CheckRun, RunChecked } from '../../shared/protocol-of-others.js' */

/** The run; or why there is none, in a sentence. @typedef {CheckRun | string} AskedRun */
/** @typedef {() => Promise<AskedRun>} AskRun */

/** @param {AskRun} askRun */
export function createRunCheck(askRun) {
  const note = h(
    'p',
    { className: 'note' },
    'The same for the network that you train: on what it reads next, some weights of every tensor are nudged. It takes seconds, and training goes on.',
  );
  const says = h('p', { className: 'note run-says', role: 'status' });
  const body = h('tbody');
  const head = ['tensor', 'nudged', 'off by', '32-bit'].map((text) =>
    h('th', { scope: 'col' }, text),
  );
  const rows = [h('thead', {}, h('tr', {}, ...head)), body];
  const table = h('table', { className: 'tensors', hidden: true }, ...rows);
  /** The check that is under way. @type {AbortController | null} */
  let underWay = null;

  const button = makeButton('Check this run', () => (underWay === null ? start() : end('')), {
    className: 'primary',
  });

  /** @param {string} said */
  function end(said) {
    underWay?.abort();
    underWay = null;
    setText(button, 'Check this run');
    setText(says, said);
    says.scrollIntoView({ block: 'nearest' });
  }

  async function start() {
    const own = new AbortController();
    underWay = own;
    table.hidden = true;
    setText(button, 'Stop');
    setText(says, 'Asks the training for its weights ...');
    const run = await askRun();
    if (own.signal.aborted) return;
    if (typeof run === 'string') return end(run);
    setText(says, 'Computes the gradients ...');
    const began = performance.now();
    const worker = new Worker(scriptAt(workerUrl), { type: 'module', name: 'check' });
    own.signal.addEventListener('abort', () => worker.terminate());
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      end(event.message || 'The check could not be fetched. Try again.');
    });
    let begun = began;
    worker.addEventListener('message', (/** @type {MessageEvent<RunChecked>} */ { data }) => {
      if ('failed' in data) return end(data.failed);
      const { plan } = data;
      if ('found' in data) {
        body.replaceChildren(...data.found.map(rowOf));
        table.hidden = false;
        return end(verdictOfRun(plan, data.found, performance.now() - began));
      }
      const { done } = data;
      if (done === 0) begun = performance.now();
      const left = ((performance.now() - begun) / done) * (plan.samples - done);
      const time = done === 0 ? '' : `, ${seconds(left)} left`;
      setText(says, `${done} of ${plan.samples} weights nudged${time} ...`);
    });
    worker.postMessage(run);
  }

  return {
    elements: [h('h3', {}, 'Check this run'), note, button, says, table],

    /** @param {boolean} hasRun whether there is one to check */
    render(hasRun) {
      if (hasRun === (button.getAttribute('aria-disabled') !== 'true')) return;
      setEnabled(button, hasRun);
      if (underWay === null) setText(says, hasRun ? '' : NOTHING_TRAINS);
    },
  };
}

/** @param {TensorCheck} found */
function rowOf(found) {
  const { name, weights, samples, error, single } = found;
  return h(
    'tr',
    { 'data-agrees': String(found.agrees) },
    h('th', { scope: 'row' }, name.replace('rnn.', '')),
    h('td', {}, `${samples} of ${whole(weights)}`),
    h('td', {}, tiny(error)),
    h('td', {}, tiny(single)),
  );
}

// @ts-check
/** The one loud button, and the quiet ones beside it. */

import { find, isEnabled, onFile, setEnabled, setText } from '../dom.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Intent} Intent
 */

/** @type {Record<import('../state.js').Run['phase'], [label: string, intent: Intent | null]>} */
const FACES = {
  starting: ['Starting…', null],
  training: ['Pause', { type: 'pause' }],
  pausing: ['Pausing…', null],
  paused: ['Resume', { type: 'resume' }],
  resuming: ['Resuming…', null],
  restoring: ['Restoring…', null],
};

/**
 * What the loud button says, and what it asks for.
 * @param {State} state @returns {[label: string, intent: Intent | null]}
 */
export function face({ run, engine, arrival, loading }) {
  if (run !== null) return FACES[run.phase];
  if (engine === 'unsupported' || engine === 'broken') return ['Train', null];
  if (loading !== null) return ['Loading…', null];
  return ['Train', arrival === null ? { type: 'train' } : null];
}

/** @param {State} state */
function statusText({ announcement, engine, run }) {
  if (engine === 'unsupported' || engine === 'broken') return '';
  if (engine === 'loading' && run === null) return 'Getting the network ready…';
  if (announcement !== '') return announcement;
  return run === null ? 'Ready. Press Train and watch it learn.' : '';
}

/** @param {HTMLElement} element @param {(intent: Intent) => void} emit */
export function createControls(element, emit) {
  const primary = find(element, '#primary', HTMLButtonElement);
  const reset = find(element, '#reset', HTMLButtonElement);
  const download = find(element, '#download', HTMLButtonElement);
  const load = find(element, '#load-weights', HTMLInputElement);
  const status = find(element, '#status', HTMLElement);
  /** @type {Intent | null} */
  let intent = null;

  primary.addEventListener('click', () => {
    if (intent !== null) emit(intent);
  });
  reset.addEventListener('click', () => {
    if (isEnabled(reset)) emit({ type: 'reset' });
  });
  download.addEventListener('click', () => {
    if (isEnabled(download)) emit({ type: 'download' });
  });
  onFile(load, (file) => emit({ type: 'openWeights', file }));

  return {
    /** @param {State} state */
    render(state) {
      const { run, loading, engine } = state;
      const [label, asks] = face(state);
      intent = asks;
      setText(primary, label);
      setEnabled(primary, asks !== null);
      setEnabled(reset, run !== null || loading !== null);
      const settled = run !== null && run.phase !== 'starting' && run.phase !== 'restoring';
      setEnabled(download, (settled && run.download === null) || run?.snapshot != null);
      load.disabled = engine === 'unsupported' || engine === 'broken';
      setText(status, statusText(state));
    },
  };
}

/** The main button, and the quiet ones beside it. */

import { find, onClick, onFiles, onPress, setEnabled, setText } from '../dom.js';
import { compact } from '../format.js';
import { newScheduleOf } from './schedule.js';
import { statusOf } from './status.js';

/** @import { Emit, Intent, Run, State, View } from '../state.js' */

/** @type {Record<Run['phase'], [label: string, intent: Intent | null]>} */
const FACES = {
  starting: ['Starting…', null],
  training: ['Pause', { type: 'pause' }],
  pausing: ['Pausing…', null],
  paused: ['Resume', { type: 'resume' }],
  resuming: ['Resuming…', null],
  restoring: ['Restoring…', null],
};

/** Whoever presses this soon after a run has ended by itself meant the Pause that stood there. */
const LATE_MS = 500;

/**
 * What the main button says, and what a press asks for.
 * @param {State} state @returns {[label: string, intent: Intent | null]}
 */
function face({ run, engine, arrival, loading }) {
  if (run !== null) return FACES[run.phase];
  if (engine === 'unsupported' || engine === 'broken') return ['Train', null];
  if (loading !== null) return ['Loading…', null];
  return ['Train', arrival === null ? { type: 'train' } : null];
}

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createControls(element, emit) {
  const primary = find(element, '#primary', HTMLButtonElement);
  const reset = find(element, '#reset', HTMLButtonElement);
  const newSchedule = find(element, '#new-schedule', HTMLButtonElement);
  const download = find(element, '#download', HTMLButtonElement);
  const load = find(element, '#load-weights', HTMLInputElement);
  const status = find(element, '#status', HTMLElement);
  const announcement = find(element, '#announcement', HTMLElement);
  /** @type {Intent | null} */
  let intent = null;
  let hasJustEnded = false;
  const enable = () => setEnabled(primary, intent !== null && !hasJustEnded);

  onPress(primary, () => {
    if (intent !== null && !hasJustEnded) emit(intent);
  });
  onClick(reset, () => emit({ type: 'reset' }));
  onClick(newSchedule, () => emit({ type: 'reschedule' }));
  onClick(download, () => emit({ type: 'download' }));
  onFiles(load, ([file]) => emit({ type: 'openWeights', file }));

  return {
    render(state) {
      const { run, loading, engine } = state;
      const [label, asks] = face(state);
      if (intent?.type === 'pause' && run?.over) {
        hasJustEnded = true;
        setTimeout(() => {
          hasJustEnded = false;
          enable();
        }, LATE_MS);
      }
      intent = asks;
      setText(primary, label);
      enable();
      setEnabled(reset, run !== null || loading !== null);
      const settled = run !== null && run.phase !== 'starting' && run.phase !== 'restoring';
      setEnabled(download, (settled && run.download === null) || run?.snapshot != null);
      load.disabled = engine === 'unsupported' || engine === 'broken';
      setText(status, statusOf(state));
      const more = newScheduleOf(run);
      if (more === null && newSchedule === document.activeElement) primary.focus();
      newSchedule.hidden = more === null || !['paused', 'training'].includes(run?.phase ?? '');
      newSchedule.title =
        more === null
          ? ''
          : `The learning rate rises again, and falls over another ${compact(more)} letters`;
      setText(announcement, state.announcement);
    },
  };
}

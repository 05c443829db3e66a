// @ts-check
/** What the network writes, revealed at reading speed, and the controls of its writing. */

import { find, setNote, setText } from '../dom.js';
import { counted, symbolList } from '../format.js';
import { createCopy } from './voice-copy.js';
import { createInspector } from './voice-inspector.js';
import { createMore } from './voice-more.js';
import { createPage } from './voice-page.js';
import { createReadout } from './voice-readout.js';

/**
 * @typedef {import('../state.js').State} State
 * @typedef {(intent: import('../state.js').Intent) => void} Emit
 */

/** A prompt counts as typed when no key was struck for so long. */
const TYPED_AFTER_MS = 400;

/** The prompt's box grows to so many lines. */
const MOST_LINES = 4;

/** @param {HTMLElement} element @param {Emit} emit */
export function createVoice(element, emit) {
  const toggle = find(element, '#voice-toggle', HTMLButtonElement);
  const prompt = find(element, '#prompt', HTMLTextAreaElement);
  const promptNote = find(element, '#prompt-note', HTMLElement);
  const hint = find(element, '#voice-hint', HTMLElement);
  const silent = find(element, '#voice-silent', HTMLElement);
  const tintHint = find(element, '#tint-hint', HTMLElement);
  const temperature = find(element, '#temperature', HTMLInputElement);
  const temperatureReading = find(element, '#temperature-reading', HTMLElement);
  const speed = find(element, '#writing-speed', HTMLInputElement);
  const speedReading = find(element, '#writing-speed-reading', HTMLElement);
  const sheet = find(element, '#generated', HTMLElement);
  const readout = createReadout(element);
  const page = createPage(sheet, () => inspector.place());
  const inspector = createInspector(
    sheet,
    find(element, '#voice-reach', HTMLElement),
    find(element, '#inspected-mark', HTMLElement),
    page,
    readout.show,
  );
  const copy = createCopy(element, sheet);
  const more = createMore(element, emit);

  let on = true;
  let promptTimer = 0;
  const commitPrompt = () => {
    clearTimeout(promptTimer);
    promptTimer = 0;
    if (prompt.value !== said) emit({ type: 'setVoice', change: { prompt: prompt.value } });
  };
  /** The prompt that was last told. */
  let said = '';

  const fit = () => {
    prompt.rows = Math.min(prompt.value.split('\n').length, MOST_LINES);
  };

  toggle.addEventListener('click', () => {
    emit({ type: 'setVoice', change: { on: !on } });
  });
  prompt.addEventListener('input', () => {
    fit();
    clearTimeout(promptTimer);
    promptTimer = window.setTimeout(commitPrompt, TYPED_AFTER_MS);
  });
  prompt.addEventListener('change', commitPrompt);
  const touch = matchMedia('(pointer: coarse)');
  prompt.addEventListener('keydown', (event) => {
    // Enter says what was typed, with Shift it begins a line; on glass there is no Shift and Enter.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    commitPrompt();
  });
  temperature.addEventListener('input', () => {
    emit({ type: 'setVoice', change: { temperature: temperature.valueAsNumber } });
  });
  speed.addEventListener('input', () => {
    emit({ type: 'setVoice', change: { charactersPerSecond: speed.valueAsNumber } });
  });
  // A reloaded page may come with its controls as they were left.
  emit({
    type: 'setVoice',
    change: {
      prompt: prompt.value,
      temperature: temperature.valueAsNumber,
      charactersPerSecond: speed.valueAsNumber,
    },
  });
  said = prompt.value;
  fit();

  const calm = matchMedia('(prefers-reduced-motion: reduce)');

  return {
    /** Brings what is written into the window: on a telephone it is below the button. */
    show() {
      const behavior = calm.matches ? 'auto' : 'smooth';
      // Where it will be is known when the frame after the next is drawn.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => sheet.scrollIntoView({ block: 'nearest', behavior })),
      );
    },

    /** @param {State} state */
    render(state) {
      const { voice, run, limits } = state;
      on = voice.on;
      said = voice.prompt;
      toggle.hidden = run === null;
      setText(toggle, voice.on ? 'Stop writing' : 'Keep writing');
      const argmax = voice.temperature === 0 ? ', always the likeliest' : '';
      setText(temperatureReading, voice.temperature + argmax);
      temperature.setAttribute('aria-valuetext', voice.temperature + argmax);
      setText(speedReading, `${voice.charactersPerSecond} / s`);
      // A saved run comes back with its voice.
      if (voice.prompt !== prompt.value && promptTimer === 0) {
        prompt.value = voice.prompt;
        fit();
      }
      if (temperature.valueAsNumber !== voice.temperature)
        temperature.value = String(voice.temperature);
      if (speed.valueAsNumber !== voice.charactersPerSecond)
        speed.value = String(voice.charactersPerSecond);
      if (limits !== null && temperature.max !== String(limits.temperature.max)) {
        temperature.max = String(limits.temperature.max);
      }
      const missing = voice.skipped.length;
      setNote(
        promptNote,
        missing === 0
          ? ''
          : `Skipped ${counted(missing, 'symbol')} that the text does not have: ${symbolList(voice.skipped)}`,
      );
      const empty = voice.heading === '' && voice.written === 0;
      hint.hidden = !empty || (run !== null && !voice.on);
      silent.hidden = !empty || run === null || voice.on;
      tintHint.hidden = empty;
      more.render(state);
      copy.render(empty);
      page.render(voice, run !== null && voice.on);
    },
  };
}

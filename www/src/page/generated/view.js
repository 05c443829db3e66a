/** The generated text and the controls of its writing. */

import { find, setAttribute, setNote, setText } from '../dom.js';
import { fetchLater } from '../fetch-later.js';
import { createOutput } from './output-view.js';
import { promptNote } from './state.js';

/** @import { Emit, View } from '../state.js' */

/** A prompt counts as typed after this long without a key. */
const TYPED_AFTER_MS = 400;

/** The prompt's box grows to this many lines. */
const MOST_LINES = 4;

/** @param {HTMLElement} element @param {Emit} emit @returns {View} */
export function createGenerated(element, emit) {
  const toggle = find(element, '#generated-toggle', HTMLButtonElement);
  const prompt = find(element, '#prompt', HTMLTextAreaElement);
  const promptText = find(element, '#prompt-note', HTMLElement);
  const silent = find(element, '#generated-silent', HTMLElement);
  const tintHint = find(element, '#tint-hint', HTMLElement);
  const temperature = find(element, '#temperature', HTMLInputElement);
  const temperatureReading = find(element, '#temperature-reading', HTMLElement);
  const speed = find(element, '#writing-speed', HTMLInputElement);
  const speedReading = find(element, '#writing-speed-reading', HTMLElement);
  const region = find(element, '#generated', HTMLElement);
  /** Fetched once something is written. @type {ReturnType<typeof import('./inspector.js').createInspector> | null} */
  let inspector = null;
  let asked = false;
  const output = createOutput(region, () => inspector?.place());

  async function fetchInspector() {
    if (asked) return;
    asked = true;
    const { createInspector, createReadout } = await fetchLater();
    inspector = createInspector(
      region,
      find(element, '#generated-reach', HTMLElement),
      find(element, '#inspected-mark', HTMLElement),
      output,
      createReadout(element).show,
    );
  }

  let on = true;
  let promptTimer = 0;
  const commitPrompt = () => {
    clearTimeout(promptTimer);
    promptTimer = 0;
    if (prompt.value !== said) emit({ type: 'setSampling', change: { prompt: prompt.value } });
  };
  /** The prompt that the worker was last given. */
  let said = '';

  const fit = () => {
    prompt.rows = Math.min(prompt.value.split('\n').length, MOST_LINES);
  };

  toggle.addEventListener('click', () => {
    emit({ type: 'setSampling', change: { on: !on } });
  });
  prompt.addEventListener('input', () => {
    fit();
    clearTimeout(promptTimer);
    promptTimer = window.setTimeout(commitPrompt, TYPED_AFTER_MS);
  });
  prompt.addEventListener('change', commitPrompt);
  const touch = matchMedia('(pointer: coarse)');
  prompt.addEventListener('keydown', (event) => {
    // Enter sends the prompt, and with Shift it begins a line. On a touch screen Enter begins a line.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    commitPrompt();
  });
  temperature.addEventListener('input', () => {
    emit({ type: 'setSampling', change: { temperature: temperature.valueAsNumber } });
  });
  speed.addEventListener('input', () => {
    emit({ type: 'setSampling', change: { charactersPerSecond: speed.valueAsNumber } });
  });
  // A browser may keep the controls through a reload.
  emit({
    type: 'setSampling',
    change: {
      prompt: prompt.value,
      temperature: temperature.valueAsNumber,
      charactersPerSecond: speed.valueAsNumber,
    },
  });
  said = prompt.value;
  fit();

  return {
    render(state) {
      const { generated, run } = state;
      on = generated.on;
      said = generated.prompt;
      const names = ['Keep writing', 'Stop writing'];
      setText(toggle, names[Number(generated.on)]);
      setAttribute(toggle, 'data-other', names[Number(!generated.on)]);
      const argmax = generated.temperature === 0 ? ', always the likeliest' : '';
      setText(temperatureReading, generated.temperature + argmax);
      temperature.setAttribute('aria-valuetext', generated.temperature + argmax);
      setText(speedReading, `${generated.charactersPerSecond} / s`);
      // A saved run comes back with its settings.
      if (generated.prompt !== prompt.value && promptTimer === 0) {
        prompt.value = generated.prompt;
        fit();
      }
      if (temperature.valueAsNumber !== generated.temperature)
        temperature.value = String(generated.temperature);
      if (speed.valueAsNumber !== generated.charactersPerSecond)
        speed.value = String(generated.charactersPerSecond);
      setNote(promptText, promptNote(generated));
      const empty = generated.heading === '' && generated.written === 0;
      silent.hidden = !empty || run === null || generated.on;
      tintHint.hidden = empty;
      if (!empty) fetchInspector();
      output.render(generated, run !== null && generated.on);
    },
  };
}

/**
 * The script of the one file that writes by itself: the same wasm and weights as in the page that made
 * it, which lie beside this script in the same document.
 */
import { initSync, Sampler, Weights } from '../../../../../pkg/babble.js';

/** @import { About } from './fill.js' */

/** The newest characters that stay. */
const MOST_CHARACTERS = 20_000;

/** At most this many seconds of writing are caught up after a delay. */
const CATCH_UP_S = 0.25;

/** A reader this near to the end is at the end. */
const END_PX = 32;

/** @template {HTMLElement} E @param {string} id @param {{ new (): E }} kind @returns {E} */
function find(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`This file has no ${id}.`);
  return element;
}

const status = find('status', HTMLElement);
const output = find('generated', HTMLElement);
const prompt = find('prompt', HTMLInputElement);
const temperature = find('temperature', HTMLInputElement);
const speed = find('speed', HTMLInputElement);
const toggle = find('toggle', HTMLButtonElement);

/** The bytes that an element of this file holds. @param {string} id */
function bytesOf(id) {
  const text = atob(find(id, HTMLElement).textContent ?? '');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

async function begin() {
  /** @type {About} */
  const about = JSON.parse(find('about', HTMLElement).textContent ?? '');
  find('sentence', HTMLElement).textContent = about.sentence;
  prompt.value = about.prompt;
  temperature.value = String(about.temperature);
  initSync({ module: await WebAssembly.compile(bytesOf('wasm')) });
  const weights = new Weights(bytesOf('weights'));
  const sampler = new Sampler(about.seed);

  // It scrolls, so the keyboard must be able to reach it.
  output.tabIndex = 0;
  const heading = document.createElement('b');
  const body = document.createTextNode('');
  output.replaceChildren(heading, body);
  let writes = true;
  let wroteAt = performance.now();
  /** Characters that are due, with a fraction. */
  let owed = 0;

  function tune() {
    sampler.setTemperature(temperature.valueAsNumber);
    find('reading', HTMLElement).textContent = String(temperature.valueAsNumber);
    find('speed-reading', HTMLElement).textContent = `${speed.value} / s`;
  }

  function restart() {
    const skipped = weights.prompt(sampler, prompt.value);
    const read = [...prompt.value].filter((symbol) => !skipped.includes(symbol));
    heading.textContent = read.join('');
    body.data = '';
    status.textContent =
      skipped.length === 0 ? '' : `Skipped, for it never saw them: ${skipped.join(' ')}`;
  }

  /** @param {string} text */
  function append(text) {
    const follows = output.scrollHeight - output.scrollTop - output.clientHeight < END_PX;
    body.appendData(text);
    if (body.length > MOST_CHARACTERS) {
      heading.textContent = '';
      const from = body.length - MOST_CHARACTERS;
      // Both halves of a pair, or neither.
      body.deleteData(0, (body.data.charCodeAt(from) & 0xfc00) === 0xdc00 ? from + 1 : from);
    }
    if (follows) output.scrollTop = output.scrollHeight;
  }

  /** @param {number} now */
  function write(now) {
    if (!writes) return;
    requestAnimationFrame(write);
    owed += Math.min((now - wroteAt) / 1000, CATCH_UP_S) * speed.valueAsNumber;
    wroteAt = now;
    const characters = Math.max(0, Math.floor(owed));
    owed -= characters;
    if (characters > 0) append(weights.write(sampler, characters));
  }

  toggle.addEventListener('click', () => {
    writes = !writes;
    toggle.textContent = writes ? 'Pause' : 'Write';
    wroteAt = performance.now();
    if (writes) requestAnimationFrame(write);
  });
  temperature.addEventListener('input', tune);
  speed.addEventListener('input', tune);
  prompt.addEventListener('change', restart);
  find('controls', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    restart();
  });
  tune();
  restart();
  requestAnimationFrame(write);
}

begin().catch((error) => {
  status.textContent = `It cannot write in this browser: ${error instanceof Error ? error.message : error}`;
  toggle.hidden = true;
});

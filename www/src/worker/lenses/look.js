/**
 * What a lens asks of the network: what it makes of a text, how far back it looks, what it has copied. Answered by the
 * present weights; nothing of the run changes.
 */

import { takeSample } from '../training/sample.js';
import { copiesOf, LEAST_COPY, MOST_COMPARED, matchesOf } from './copies.js';
import { KnownLines, writeLines } from './lines.js';

/**
 * @typedef {import('../../shared/protocol.js').Question} Question
 * @typedef {import('../../shared/protocol.js').Look} Look
 * @typedef {import('../../shared/protocol.js').Found} Found
 * @typedef {import('../../../../pkg/babble.js').Trainer} Trainer
 * @typedef {import('../../../../pkg/babble.js').Weights} Weights
 * @typedef {import('../training/core.js').Core} Core
 */

/** Characters of the held-out part that are compared with the training part. */
const COMPARED = 5_000;

/** So far back influence is followed. */
const REACH = 100;

/** The mean over places is of so many, as far apart as they can be. */
const PLACES = 10;

/** What was copied in the text of one run. The text is kept from the first question on. */
export class Copies {
  #trainer;
  #text;

  /** @param {Trainer} trainer */
  constructor(trainer) {
    this.#trainer = trainer;
    this.#text = trainer.trainingText(MOST_COMPARED);
    /** The share of the held-out part that stands in the training part: the author repeats himself too. */
    this.unseen = this.of(trainer.heldOutText(COMPARED)).share;
  }

  /** Whether it is that run's. @param {Trainer | Weights} model */
  isOf(model) {
    return this.#trainer === model;
  }

  /** @param {string} written */
  of(written) {
    return copiesOf(matchesOf(written, this.#text));
  }
}

/** @type {Copies | null} */
let copies = null;
/** The lines of one run's text. @type {{ trainer: Trainer | null, known: KnownLines } | null} */
let lines = null;

/**
 * @param {Question} question
 * @param {Trainer | Weights} model `Weights` have met no text
 * @param {Core} core that the model is of
 * @returns {Look}
 */
export function look(question, model, core) {
  const began = performance.now();
  const found = find(question, model, core);
  const now = performance.now();
  return { ...found, whenMs: performance.timeOrigin + now, tookMs: now - began };
}

/**
 * @param {Question} question @param {Trainer | Weights} model @param {Core} core
 * @returns {Found}
 */
function find(question, model, core) {
  const trainer = 'heldOutText' in model ? model : null;
  if (question.what === 'lines') return lookForLines(question, model, trainer, core);
  if (question.what === 'sample') {
    const sample = trainer === null ? null : takeSample(core, trainer, trainer.step);
    return { what: 'sample', sample };
  }
  if (question.what === 'run') {
    if (trainer === null) return { what: 'run', file: null, training: null };
    const isShort = trainer.report().trainingCharacters <= MOST_COMPARED;
    const training = isShort ? trainer.trainingText(MOST_COMPARED) : null;
    return { what: 'run', file: trainer.save(), training };
  }
  if (question.what === 'copies') {
    const { text } = question;
    if (trainer === null) return { what: 'copies', text, copies: null };
    if (copies === null || !copies.isOf(trainer)) copies = new Copies(trainer);
    return {
      what: 'copies',
      text,
      copies: { ...copies.of(text), least: LEAST_COPY, unseen: copies.unseen },
    };
  }
  if (question.what === 'lags') {
    return influenceByLag(model, trainer?.heldOutText(question.characters) ?? '');
  }
  const given = question.text ?? trainer?.heldOutText(question.characters) ?? '';
  const wantsUnits = question.what === 'reading' && question.units;
  const reading = model.read(given, wantsUnits);
  const skipped = skippedOf(given, reading.text);
  if (question.what === 'reading') return { what: 'reading', ...reading, skipped };
  const symbols = [...reading.text];
  const at = Math.min(question.at, symbols.length - 1);
  const from = Math.max(0, at - REACH);
  const influence = model.influence(symbols.slice(from, at + 1).join(''));
  return { what: 'influence', text: reading.text, at, from, influence, skipped };
}

/** The symbols of a text that the network does not know, and so has not read. @param {string} given @param {string} read */
function skippedOf(given, read) {
  // However lines end, it is read as a line break.
  const known = new Set([...read, '\r']);
  return [...new Set(given)].filter((symbol) => !known.has(symbol));
}

/**
 * @param {Trainer | Weights} model @param {string} text
 * @returns {Extract<Found, { what: 'lags' }>}
 */
function influenceByLag(model, text) {
  const symbols = [...text];
  const reach = Math.min(REACH, symbols.length - 1);
  const influence = new Float64Array(Math.max(0, reach));
  const places = reach < 1 ? 0 : Math.min(PLACES, symbols.length - reach);
  for (let place = 0; place < places; place += 1) {
    const from = Math.floor((place * (symbols.length - 1 - reach)) / Math.max(1, places - 1));
    const one = model.influence(symbols.slice(from, from + reach + 1).join(''));
    for (let back = 0; back < reach; back += 1) {
      influence[back] += one[reach - 1 - back] / places;
    }
  }
  return { what: 'lags', influence, places };
}

/**
 * @param {Extract<Question, { what: 'lines' }>} question
 * @param {Trainer | Weights} model @param {Trainer | null} trainer @param {Core} core
 * @returns {Found}
 */
function lookForLines({ begin, count, seed, sampling }, model, trainer, core) {
  if (lines === null || lines.trainer !== trainer) {
    const texts = [trainer?.trainingText(MOST_COMPARED), trainer?.heldOutText(MOST_COMPARED)];
    lines = { trainer, known: new KnownLines(texts.join('')) };
  }
  const { known } = lines;
  const sampler = new core.Sampler(seed);
  try {
    sampler.setTemperature(sampling.temperature);
    sampler.setTopK(sampling.topK);
    sampler.setTopP(sampling.topP);
    const { lines: written, skipped } = writeLines(model, sampler, begin, count);
    return { what: 'lines', begin, items: written.map((line) => known.itemOf(line)), skipped };
  } finally {
    sampler.free();
  }
}

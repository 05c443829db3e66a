/**
 * Compare: two or three networks that differ in one setting learn the same text, and share whatever else they can.
 * It has a state of its own. Of the page's it reads text and settings, and asks the run to pause.
 */

import { BEAT_MS } from '../browser/watchdog.js';
import { workerFor } from '../browser/workers.js';
import { h, makeButton, setEnabled, setNote, setText } from '../dom.js';
import { compact } from '../format.js';
import { samplingOf } from '../generated/state.js';
import { FIELDS, matters, readConfig } from '../settings/fields.js';
import { encodeLink } from '../settings/link.js';
import {
  COMPARABLE,
  decode,
  differenceOf,
  encode,
  FEWEST,
  MOST,
  nameOf,
  networksOf,
  sentenceOf,
  sharedBy,
  suggest,
} from './choices.js';
import { Comparison } from './comparison.js';
import { axesToCome, lagPlot, lagTable, lossPlot, lossTable, verdict } from './figures.js';
import { takeOver } from './keep.js';
import { createLane, createValue } from './lane-view.js';
import { makePlot } from './plot.js';

/** @import { TextSource } from '../../shared/protocol.js' */
/** @import { Page } from '../places.js' */
/** @import { Field, Fields } from '../settings/fields.js' */
/** @import { State } from '../state.js' */
/** @import { By, Choice } from './choices.js' */
/** @import { Table } from './figures.js' */
/** @import { Lane } from './lane.js' */

/**
 * A comparison, and what is shown of it.
 * @typedef {{ comparison: Comparison, fields: Fields, text: TextSource, shown: string, lanes: ReturnType<typeof createLane>[] }} Running
 */

/** How often numbers and writing are shown; with reduced motion; and how often the charts are drawn. */
const SHOW_MS = 100;
const CALM_MS = 1_000;
const DRAW_MS = 500;

/** How much each network may read, beside what the settings say. */
const LENGTHS = [300_000, 1_000_000, 3_000_000];
const FIRST_LENGTH = 1_000_000;

/** So many different ones a text may have of which that is not known yet. */
const SYMBOLS = 100;

/** @type {Record<By, string>} */
const SHARED = { charactersSeen: 'as many letters', seconds: 'as much time' };

/** What a comparison in the address begins with. */
const ASKED = 'compare=';

/** Phases in which the page's run trains, or is about to. */
const ACTIVE = ['starting', 'training', 'resuming'];

/** @param {string} label @param {HTMLElement} control which has an id */
const field = (label, control) =>
  h('div', { className: 'field' }, h('label', { htmlFor: control.id }, label), control);

/** @param {Table} table @param {string} caption */
function tableOf({ head, rows }, caption) {
  /** @param {string} text @param {string} scope */
  const heading = (text, scope) => h('th', { scope }, text);
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...head.map((text) => heading(text, 'col')))),
    h(
      'tbody',
      {},
      ...rows.map(([first, ...rest]) =>
        h('tr', {}, heading(first, 'row'), ...rest.map((text) => h('td', {}, text))),
      ),
    ),
  );
}

/** @param {HTMLElement} main @param {Page} page @param {() => void} leave */
export function fill(main, page, leave) {
  const { emit } = page;
  let state = page.state();
  /** @type {Choice} */
  let choice = { field: 'cell', values: ['rnn', 'gru', 'lstm'], by: 'charactersSeen' };
  /** How many characters each reads; null until somebody chooses. @type {string | null} */
  let length = null;
  /** What is being compared. @type {Running | null} */
  let running = null;
  setInterval(() => running?.comparison.beat(document.visibilityState === 'hidden'), BEAT_MS);
  /** What was compared before: it can be shown again until another comparison begins. @type {Running | null} */
  let previous = null;
  /** The run trains, and has been asked to pause or will be. */
  let mustPause = false;
  let timer = 0;
  let drawnAt = 0;

  const primary = makeButton('Train all', press, { className: 'primary' });
  const stop = makeButton('Stop', end);
  const back = makeButton('Back to the results', comeBack);
  const share = makeButton('Copy link', copyLink);
  const setting = h('select', { id: 'compare-setting' });
  const reads = h('select', { id: 'compare-length' });
  const by = h('select', { id: 'compare-by' });
  by.append(...Object.entries(SHARED).map(([value, name]) => new Option(name, value)));
  const note = h('p', { className: 'note' });
  const problem = h('p', { className: 'problem', hidden: true, role: 'alert' });
  const said = h('p', { className: 'verdict' });
  // Who is ahead changes too often to be read aloud.
  const aloud = h('p', { className: 'for-readers', role: 'status' });
  const setup = h(
    'div',
    { className: 'row compare-setup' },
    field('They differ in', setting),
    field('They get', by),
    field('Length', reads),
  );
  const lanes = h('ol', { className: 'lanes', role: 'list', 'aria-label': 'Networks' });
  const third = makeButton('Add a third network', () => {
    const more = suggest(choice.field, fields()).find((value) => !choice.values.includes(value));
    choose({ values: [...choice.values, more ?? ''] });
    /** @type {HTMLElement | null} */ (main.querySelector(`#compare-value-${MOST}`))?.focus();
  });
  const lossChart = makePlot('Loss on unseen text of each network');
  const lagChart = makePlot('How far back the gradient of each network reaches');
  const lossNote = h('p', { className: 'note' });
  const tables = h('div', { className: 'row tables' });
  const told = h('details', {}, h('summary', {}, 'The same numbers in tables'), tables);
  told.addEventListener('toggle', () => draw());
  const charts = h(
    'section',
    { className: 'compare-loss' },
    h('h3', {}, 'Loss on unseen text'),
    lossNote,
    lossChart.element,
  );
  const gradients = h(
    'section',
    { className: 'compare-lags' },
    h('h3', {}, 'How far back the gradient reaches'),
    h(
      'p',
      { className: 'note' },
      'How much a letter bears on a guess, against the nearest letter.',
    ),
    lagChart.element,
  );
  main.append(
    h('div', { className: 'row compare-head' }, h('h2', {}, 'Compare networks'), note),
    h('div', { className: 'row compare-bar' }, primary, setup, said, stop, back, share),
    aloud,
    problem,
    charts,
    lanes,
    third,
    gradients,
    told,
  );

  setting.addEventListener('change', () => {
    const field = /** @type {Field} */ (setting.value);
    choose({ field, values: suggest(field, fields()) });
  });
  by.addEventListener('change', () => choose({ by: /** @type {By} */ (by.value) }));
  reads.addEventListener('change', () => {
    length = reads.value;
  });
  // Also when the place is shown again.
  new ResizeObserver(show).observe(lossChart.element);

  /** The settings that all have in common. @returns {Fields} */
  const fields = () => ({ ...state.fields, runCharacters: lengthOf(state.fields) });

  /** @param {Fields} fields */
  function lengthOf({ runCharacters }) {
    if (length !== null) return length;
    return Number(runCharacters) > FIRST_LENGTH ? String(FIRST_LENGTH) : runCharacters;
  }

  /** @param {Partial<Choice>} change */
  function choose(change) {
    choice = { ...choice, ...change };
    setNote(problem, '');
    showSetup();
  }

  /** The settings, each with the values that are, or would be, compared. */
  function showSettings() {
    setting.replaceChildren(
      ...COMPARABLE.map((field) => {
        const values = field === choice.field ? choice.values : suggest(field, state.fields);
        const names = values.map((value) => FIELDS[field].choices?.[value] ?? value);
        const option = new Option(`${FIELDS[field].label} (${names.join(', ')})`, field);
        option.disabled = !matters(field, state.fields);
        return option;
      }),
    );
    setting.value = choice.field;
  }

  /** A value was typed. The fields stay, and with them the keyboard. @param {number} network @param {string} typed */
  function setValue(network, typed) {
    choice = {
      ...choice,
      values: choice.values.map((value, i) => (i === network ? typed : value)),
    };
    setNote(problem, '');
    showSettings();
  }

  /** Shows what is to be compared. */
  function showSetup() {
    const common = fields();
    showSettings();
    by.value = choice.by;
    const lengths = new Set([
      state.fields.runCharacters,
      common.runCharacters,
      ...LENGTHS.map(String),
    ]);
    const options = [...lengths].map(Number).sort((one, other) => one - other);
    reads.replaceChildren(
      ...options.map((value) => new Option(`${compact(value)} letters`, String(value))),
    );
    reads.value = common.runCharacters;
    const { values } = choice;
    lanes.replaceChildren(
      ...values.map((value, i) =>
        createValue(
          choice.field,
          value,
          i + 1,
          (typed) => setValue(i, typed),
          values.length > FEWEST
            ? () => {
                choose({ values: choice.values.filter((_, at) => at !== i) });
                third.focus();
              }
            : null,
        ),
      ),
    );
    third.hidden = values.length >= MOST;
    show();
  }

  /** What the main button does. */
  function press() {
    if (running === null) return start();
    const { comparison } = running;
    if (!comparison.isPaused) return comparison.pause();
    askToPause();
    comparison.goOn();
  }

  /** The run would take from the networks what they are to share. */
  function askToPause() {
    const { run } = state;
    mustPause = run !== null && ACTIVE.includes(run.phase);
    if (run?.phase === 'training') emit({ type: 'pause' });
  }

  function start() {
    const common = fields();
    const wanted = networksOf(choice, common);
    const text = state.run?.text ?? state.text.source;
    const empty = text.content === '' ? 'There is no text yet. Paste one, or choose a sample.' : '';
    const late = state.arrival === null ? '' : 'The text is on its way. Try again in a moment.';
    const wrong = late || empty || (wanted.find(({ problem }) => problem !== '')?.problem ?? '');
    setNote(problem, wrong);
    if (wrong !== '') return;
    askToPause();
    previous?.comparison.end();
    previous = null;
    const comparison = new Comparison(
      {
        choice,
        wanted,
        text,
        symbols: state.summary?.report.symbols ?? SYMBOLS,
        sampling: { ...samplingOf(state), on: true, statistics: 'off' },
        cores: state.cores.count,
      },
      ({ config }) => workerFor(config.fused ? 'training fused' : 'training plain'),
      showSoon,
    );
    const views = comparison.lanes.map((lane, i) => createLane(lane, i + 1, () => keep(lane)));
    running = { comparison, fields: common, text, shown: state.text.shown, lanes: views };
    showLanes();
  }

  function showLanes() {
    lanes.replaceChildren(...(running?.lanes ?? []).map(({ element }) => element));
    third.hidden = true;
    show();
  }

  /** Makes room for another comparison. Nothing of this one is lost. */
  function end() {
    running?.comparison.pause();
    previous = running;
    running = null;
    showSetup();
    back.focus();
  }

  function comeBack() {
    if (previous === null) return;
    running = previous;
    previous = null;
    choice = running.comparison.choice;
    // Those that have ended write again; the others wait for Go on.
    if (running.comparison.isOver) running.comparison.goOn();
    showLanes();
    stop.focus();
  }

  /** @param {Lane} lane */
  async function keep(lane) {
    if (running === null) return;
    const { comparison, text, shown } = running;
    comparison.pause();
    setNote(problem, '');
    const saving = lane.save();
    show();
    const saved = await saving;
    show();
    if (saved === null) {
      return setNote(
        problem,
        `${lane.name} is not kept: its worker did not hand over the weights. Try again, or keep another one.`,
      );
    }
    emit(takeOver(lane, text, shown, saved));
    leave();
  }

  async function copyLink() {
    const { config } = readConfig(running?.fields ?? fields());
    const source = running?.text ?? state.run?.text ?? state.text.source;
    const hash = state.run?.report?.textHash ?? state.summary?.report.hash ?? null;
    const link = encodeLink(config, hash, source.sample ?? null);
    const copied = await page.address.copy(
      [link, `${ASKED}${encode(choice)}`].filter(Boolean).join('&'),
    );
    setNote(problem, copied ? '' : 'This browser did not let the link be copied.');
    if (copied) setText(share, 'Link copied');
  }

  function showSoon() {
    if (timer !== 0) return;
    const pause = matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_MS : SHOW_MS;
    timer = window.setTimeout(() => {
      timer = 0;
      show();
    }, pause);
  }

  function show() {
    const comparison = running?.comparison;
    main.classList.toggle('running', running !== null);
    const isOver = comparison?.isOver === true;
    const label =
      comparison === undefined ? 'Train all' : comparison.isPaused ? 'Go on' : 'Pause all';
    setText(primary, isOver ? 'Finished' : label);
    setEnabled(primary, !isOver);
    setText(stop, isOver ? 'New comparison' : 'Stop');
    stop.hidden = running === null;
    back.hidden = previous === null;
    setup.hidden = running !== null;
    setText(note, noteOf());
    for (const lane of running?.lanes ?? []) lane.render();
    setText(said, comparison === undefined ? '' : stateOf(comparison));
    setText(aloud, comparison === undefined ? '' : newsOf(comparison));
    setText(
      lossNote,
      running === null
        ? 'Each network will have its line here.'
        : 'In nats per letter, on text that none of them reads. Rough at first.',
    );
    if (performance.now() - drawnAt >= DRAW_MS || isOver || running === null) draw();
  }

  function noteOf() {
    if (running === null) {
      const { name } = state.run?.text ?? state.text.source;
      const { field } = choice;
      const differs = differenceOf(field, networksOf(choice, fields()));
      return `Text: ${name}. All learn it ${sharedBy(field)}. ${differs} ${FIELDS[field].label}: ${sentenceOf(field)}`;
    }
    const { comparison, text } = running;
    const differs = differenceOf(comparison.choice.field, comparison.lanes);
    const letters = `${compact(Number(running.fields.runCharacters))} letters`;
    const get =
      comparison.choice.by === 'seconds'
        ? `as much time as the first needs for ${letters}`
        : `${letters} each`;
    const turns = comparison.takesTurns ? ' They take turns.' : '';
    return `${text.name}, ${get}. ${differs}${turns}`;
  }

  /** What has happened, for screen readers. @param {Comparison} comparison */
  function newsOf({ lanes, choice, isOver, isPaused }) {
    const ended = isOver ? verdict(lanes, choice.by, true) : isPaused ? 'Paused.' : 'Training.';
    const said = lanes
      .filter((lane) => lane.said !== '')
      .map((lane) => `${lane.name}: ${lane.said}`);
    return [...said, ended].join(' ');
  }

  /** @param {Comparison} comparison */
  function stateOf({ lanes, choice, isOver, isPaused, isTrying }) {
    if (isTrying) return 'Trying how fast each of them trains…';
    const paused = isPaused && !isOver ? 'Paused. ' : '';
    return `${paused}${verdict(lanes, choice.by, isOver)}`;
  }

  function draw() {
    drawnAt = performance.now();
    if (running === null) return drawAxes();
    const shown = running?.comparison.lanes ?? [];
    const axis = choice.by;
    const losses = shown.length === 0 ? null : lossPlot(shown, axis, ({ place }) => place[axis]);
    const lags = shown.length === 0 ? null : lagPlot(shown);
    if (losses !== null) lossChart.draw(losses.lines, losses.axes);
    else lossChart.element.replaceChildren();
    if (lags !== null) lagChart.draw(lags.lines, lags.axes);
    else lagChart.element.replaceChildren();
    if (!told.open || shown.length === 0) return;
    tables.replaceChildren(
      tableOf(lossTable(shown, axis), 'Loss on unseen text, in nats per letter'),
      tableOf(lagTable(shown), 'How much a letter bears on a guess, against the nearest letter'),
    );
  }

  /** What will be drawn, and where, before it is. */
  function drawAxes() {
    const lines = choice.values.map((value) => ({ name: nameOf(choice.field, value), points: [] }));
    const symbols = state.summary?.report.symbols ?? SYMBOLS;
    const { losses, lags } = axesToCome(choice.by, Number(fields().runCharacters), symbols);
    lossChart.draw(lines, losses);
    lagChart.draw(lines, lags);
  }

  /** Sets up what the address asks for. */
  function takeAsked() {
    const { address } = page;
    const asked = address.asked.find((pair) => pair.startsWith(ASKED));
    if (asked === undefined || state.run !== null) return;
    address.ask(address.asked.filter((pair) => pair !== asked));
    const wanted = decode(asked.slice(ASKED.length), state.fields);
    if (running !== null || wanted === null) {
      const why = wanted === null ? 'there can be none such' : 'another one is under way';
      return setNote(problem, `The comparison in this page’s address was not used: ${why}.`);
    }
    length = state.fields.runCharacters;
    choose(wanted);
  }

  showSetup();
  takeAsked();
  return {
    /** @param {State} next */
    render(next) {
      const isNew = state.fields !== next.fields;
      state = next;
      takeAsked();
      if (running === null) {
        if (isNew && !lanes.contains(document.activeElement)) showSetup();
        return;
      }
      const isActive = next.run !== null && ACTIVE.includes(next.run.phase);
      if (!isActive) mustPause = false;
      else if (!mustPause) running.comparison.pause();
      else if (next.run?.phase === 'training') emit({ type: 'pause' });
    },
  };
}

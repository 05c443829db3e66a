/** Time: what the network wrote at each step so far, and what it writes now, from the same beginning with the same random numbers. */

import { h, setAttribute, setText } from '../dom.js';
import { loss, whole } from '../format.js';

/** One sample follows another at this pace when they are played. */
const PLAY_MS = 500;

/**
 * The place of the sample that is shown: that of a step or, without one, the place behind all, which is now.
 * @param {readonly { step: number }[]} samples @param {number | null} step
 */
export function placeOf(samples, step) {
  if (step === null) return samples.length;
  const place = samples.findIndex((sample) => sample.step >= step);
  return place === -1 ? samples.length - 1 : place;
}

/**
 * The training loss nearest to a step, or null.
 * @param {{ step: ArrayLike<number>, loss: ArrayLike<number> }} training @param {number} step
 */
export function lossAt(training, step) {
  let nearest = -1;
  for (let i = 0; i < training.step.length; i += 1) {
    const isNearer =
      nearest === -1 || Math.abs(training.step[i] - step) < Math.abs(training.step[nearest] - step);
    if (isNearer) nearest = i;
  }
  return nearest === -1 ? null : training.loss[nearest];
}

/** @type {import('./painters.js').Lens} */
export function time(text, margin, emit, histories) {
  const slider = h('input', { type: 'range', id: 'lens-step', min: '0', step: '1' });
  const play = h('button', { type: 'button', className: 'quiet' }, 'Play');
  const said = h('p');
  const foot = h('p', { className: 'note' });
  margin.append(
    h('h3', {}, 'How it came to write'),
    h('p', { className: 'step' }, h('label', { htmlFor: 'lens-step' }, 'Step'), slider, play),
    said,
    foot,
  );
  let timer = 0;
  let place = 0;

  /** @param {number} next */
  function show(next) {
    const { samples } = histories.current;
    emit({ type: 'setLens', change: { step: samples[next]?.step ?? null } });
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    setText(play, 'Play');
  }

  slider.addEventListener('input', () => {
    stop();
    show(slider.valueAsNumber);
  });
  play.addEventListener('click', () => {
    if (timer !== 0) return stop();
    setText(play, 'Stop');
    show(0);
    timer = window.setInterval(() => {
      if (!play.isConnected || place >= histories.current.samples.length) stop();
      else show(place + 1);
    }, PLAY_MS);
  });

  return {
    paint({ lens, run }) {
      const { samples, training } = histories.current;
      margin.hidden = samples.length === 0;
      if (samples.length === 0) {
        text.replaceChildren();
        const note =
          run === null
            ? 'Press Train, and what it writes on the way is kept here.'
            : 'It keeps what it writes from now on.';
        return { heading: 'What it wrote', note };
      }
      place = placeOf(samples, lens.step);
      const look = lens.seen?.look.what === 'sample' ? lens.seen.look : null;
      const now = lens.step === null ? (look?.sample ?? null) : null;
      // Until it has answered, its newest sample stands for what it writes now.
      const { step, text: wrote } = now ?? samples[Math.min(place, samples.length - 1)];
      // Line breaks that it begins with would leave a hole under the heading.
      setText(text, wrote.replace(/^\n+/, ''));
      slider.max = String(samples.length);
      slider.value = String(place);
      const at = `step ${whole(step)}`;
      setAttribute(slider, 'aria-valuetext', now === null ? at : `now, ${at}`);
      const then = step === 0 ? null : lossAt(training, step);
      setText(
        said,
        then === null
          ? `It ${now === null ? 'had' : 'has'} read nothing.`
          : `The training loss ${now === null ? 'was' : 'is'} about ${loss(then)}.`,
      );
      setText(
        foot,
        `${samples.length === 1 ? 'One sample' : `${whole(samples.length)} samples`} of this run so far: close together at first, then further apart.`,
      );
      return {
        heading: now === null ? `What it wrote at ${at}` : `What it writes now, at ${at}`,
        note: 'Every sample has the same beginning and the same random numbers, at temperature 0.8. Only the weights differ.',
      };
    },
  };
}

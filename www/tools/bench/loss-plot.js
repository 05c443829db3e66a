/**
 * docs/time-to-loss.svg from what `--time-to-loss` wrote: held-out loss against seconds in the tab, a
 * line for each seed of each file, the time on a logarithmic axis.
 */

import { readFileSync } from 'node:fs';
import { escaped } from './plot.js';

/** @typedef {{ runs: { seed: number, curve: { seconds: number, loss: number }[] }[] }} Measured */

const [WIDTH, HEIGHT] = [720, 360];
const MARGIN = { left: 48, right: 182, top: 16, bottom: 44 };
const [FIRST_S, LAST_S] = [5, 600];
const [LOWEST, HIGHEST] = [1.4, 2.1];
const TICKS_S = [5, 15, 30, 60, 180, 300, 600];
/** Names that would stand closer are moved apart. */
const APART = 15;

const STYLE = `
  svg { font: 12px system-ui, sans-serif; background: #fff; color: #222; }
  text { fill: currentColor; } .quiet { opacity: 0.65; } .grid { stroke: currentColor; opacity: 0.15; }
  .mark { stroke: currentColor; opacity: 0.6; stroke-dasharray: 2 4; }
  polyline { fill: none; stroke-width: 1.5; } .l0 { stroke: #1f5fbf; } .l1 { stroke: #b4540a; } .l2 { stroke: #2c7a3f; } .l3 { stroke: #8a3ea8; }
  .n0 { fill: #1f5fbf; } .n1 { fill: #b4540a; } .n2 { fill: #2c7a3f; } .n3 { fill: #8a3ea8; }
  @media (prefers-color-scheme: dark) {
    svg { background: #16181d; color: #e6e6e6; } .l0 { stroke: #8ab4ff; } .l1 { stroke: #f0a060; } .l2 { stroke: #86cf98; } .l3 { stroke: #d59cec; }
    .n0 { fill: #8ab4ff; } .n1 { fill: #f0a060; } .n2 { fill: #86cf98; } .n3 { fill: #d59cec; }
  }`;

/** @param {number} seconds */
const x = (seconds) =>
  MARGIN.left +
  (Math.log(seconds / FIRST_S) / Math.log(LAST_S / FIRST_S)) * (WIDTH - MARGIN.left - MARGIN.right);

/** @param {number} loss */
const y = (loss) =>
  MARGIN.top + ((HIGHEST - loss) / (HIGHEST - LOWEST)) * (HEIGHT - MARGIN.top - MARGIN.bottom);

/** @param {[string, string][]} files what each is called, and where it is @param {[string, number][]} marks */
export function lossSvg(files, marks) {
  const lines = files.map(([name, file]) => {
    const { runs } = /** @type {Measured} */ (JSON.parse(readFileSync(file, 'utf8')));
    const curves = runs.map(({ curve }) =>
      curve.filter(({ seconds, loss }) => seconds >= FIRST_S && loss <= HIGHEST),
    );
    const ends = curves.map((curve) => curve.at(-1)?.loss ?? HIGHEST).sort((a, b) => a - b);
    return { name, curves, end: ends[Math.floor(ends.length / 2)] ?? HIGHEST };
  });
  const losses = Array.from({ length: 8 }, (_, i) => 1.4 + i / 10);
  let free = -Infinity;
  const names = lines
    .map((line, i) => ({ ...line, i }))
    .sort((a, b) => b.end - a.end)
    .map(({ name, end, i }) => {
      free = Math.max(free + APART, y(end));
      const at = (free + 4).toFixed(1);
      return `<text class="n${i}" x="${WIDTH - MARGIN.right + 8}" y="${at}">${escaped(name)} ${end.toFixed(2)}</text>`;
    });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="Held-out loss against the seconds since the click on Train, for each preset and seed">
<style>${STYLE}
</style>
${losses
  .map(
    (loss) =>
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(loss).toFixed(1)}" y2="${y(loss).toFixed(1)}"/><text class="quiet" x="${MARGIN.left - 6}" y="${(y(loss) + 4).toFixed(1)}" text-anchor="end">${loss.toFixed(1)}</text>`,
  )
  .join('\n')}
${TICKS_S.map((tick) => `<text class="quiet" x="${x(tick).toFixed(1)}" y="${HEIGHT - 26}" text-anchor="middle">${tick} s</text>`).join('\n')}
${marks
  .map(
    ([name, loss]) =>
      `<line class="mark" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(loss).toFixed(1)}" y2="${y(loss).toFixed(1)}"/><text class="quiet" x="${loss > 1.7 ? WIDTH - MARGIN.right - 6 : MARGIN.left + 6}" y="${(y(loss) - 5).toFixed(1)}" text-anchor="${loss > 1.7 ? 'end' : 'start'}">${escaped(name)} ${loss}</text>`,
  )
  .join('\n')}
${lines
  .flatMap(({ curves }, i) =>
    curves.map(
      (curve) =>
        `<polyline class="l${i}" points="${curve.map(({ seconds, loss }) => `${x(seconds).toFixed(1)},${y(loss).toFixed(1)}`).join(' ')}"/>`,
    ),
  )
  .join('\n')}
${names.join('\n')}
<text class="quiet" x="${MARGIN.left}" y="${HEIGHT - 8}">held-out loss in nats per character, against seconds since the click on Train</text>
</svg>
`;
}

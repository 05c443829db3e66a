/**
 * docs/growth.svg from the numbers of `--growth`: characters a second against H, B, T and L, beside the
 * roofline, which is what the register peak would allow.
 */

/** @typedef {{ name: string, share: { median: number }, flopsPerCharacter: number,
 *              charactersPerSecond: { median: number, quartiles: number[] },
 *              peak: { median: number } }} Row */

const WIDTH = 320;
const HEIGHT = 240;
const MARGIN = { left: 52, right: 14, top: 30, bottom: 38 };

/** From the frame to the first and the last point. */
const INSET = 14;
/** Values that would stand closer are not written. */
const APART = 26;

const PANELS = [
  { key: 'hidden', title: 'H, hidden size' },
  { key: 'batch', title: 'B, batch size' },
  { key: 'steps', title: 'T, sequence length' },
  { key: 'layers', title: 'L, layers' },
];

const STYLE = `
  svg { font: 12px system-ui, sans-serif; background: #fff; color: #222; }
  text { fill: currentColor; } .quiet { opacity: 0.65; }
  .grid { stroke: currentColor; opacity: 0.15; } .roof { stroke: #b4540a; stroke-dasharray: 5 4; fill: none; }
  .measured { stroke: #1f5fbf; fill: none; stroke-width: 2; } .dot { fill: #1f5fbf; } .roof-name { fill: #b4540a; }
  .measured-name { fill: #1f5fbf; }
  @media (prefers-color-scheme: dark) {
    svg { background: #16181d; color: #e6e6e6; } .roof { stroke: #f0a060; } .roof-name { fill: #f0a060; }
    .measured { stroke: #8ab4ff; } .dot { fill: #8ab4ff; } .measured-name { fill: #8ab4ff; }
  }`;

/** @param {Row[]} rows @param {string} caption @returns {string} */
export function growthSvg(rows, caption) {
  const [width, height] = [2 * WIDTH, 2 * HEIGHT + 28];
  const panels = PANELS.map(({ key, title }, i) => {
    const points = rows
      .filter(({ name }) => name.startsWith(`${key} `))
      .map((row) => ({ x: Number(row.name.split(' ')[1]), row }));
    return `<g transform="translate(${(i % 2) * WIDTH} ${Math.floor(i / 2) * HEIGHT})">${panel(title, points)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Characters per second against hidden size, batch size, sequence length and layers, beside the roofline">
<style>${STYLE}
</style>
${panels.join('\n')}
<text x="${width / 2}" y="${height - 9}" text-anchor="middle" class="quiet">${escaped(caption)}</text>
</svg>
`;
}

/** @param {string} title @param {{ x: number, row: Row }[]} points */
function panel(title, points) {
  const roof = (/** @type {Row} */ row) => row.peak.median / row.flopsPerCharacter;
  const measured = (/** @type {Row} */ row) => row.charactersPerSecond.median;
  const rates = points.flatMap(({ row }) => [roof(row), measured(row)]);
  const [low, high] = [Math.min(...rates) / 1.3, Math.max(...rates) * 1.3];
  const [first, last] = [points[0]?.x ?? 1, points.at(-1)?.x ?? 2];
  const log = Math.log;
  const x = (/** @type {number} */ value) =>
    MARGIN.left +
    INSET +
    (log(value / first) / log(last / first)) * (WIDTH - MARGIN.left - MARGIN.right - 2 * INSET);
  const y = (/** @type {number} */ rate) =>
    HEIGHT -
    MARGIN.bottom -
    (log(rate / low) / log(high / low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = (/** @type {(row: Row) => number} */ of) =>
    points.map((point) => `${x(point.x).toFixed(1)},${y(of(point.row)).toFixed(1)}`).join(' ');
  let end = -Infinity;
  const written = points.map((point) => {
    if (x(point.x) - end < APART) return false;
    end = x(point.x);
    return true;
  });
  const ticks = [1, 2, 5].flatMap((digit) =>
    [1e2, 1e3, 1e4, 1e5, 1e6, 1e7].map((power) => digit * power),
  );
  return [
    `<text x="${MARGIN.left}" y="18" font-weight="600">${title}</text>`,
    ...ticks
      .filter((rate) => rate > low && rate < high)
      .map(
        (rate) =>
          `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(rate).toFixed(1)}" y2="${y(rate).toFixed(1)}"/><text class="quiet" x="${MARGIN.left - 6}" y="${(y(rate) + 4).toFixed(1)}" text-anchor="end">${short(rate)}</text>`,
      ),
    `<polyline class="roof" points="${line(roof)}"/>`,
    `<polyline class="measured" points="${line(measured)}"/>`,
    ...points.map(({ x: value, row }, i) => {
      const share = `${Math.round(row.share.median * 100)} %`;
      const [cx, cy] = [x(value).toFixed(1), y(measured(row)).toFixed(1)];
      return `<circle class="dot" cx="${cx}" cy="${cy}" r="3"><title>${value}: ${short(measured(row))} characters/s, ${share} of the peak</title></circle><text class="quiet" x="${cx}" y="${(Number(cy) + 15).toFixed(1)}" text-anchor="middle" font-size="10">${share}</text>${written[i] ? `<text x="${cx}" y="${HEIGHT - 20}" text-anchor="middle">${value}</text>` : ''}`;
    }),
    `<text class="roof-name" x="${WIDTH - MARGIN.right}" y="18" text-anchor="end">roofline</text>`,
    `<text class="measured-name" x="${WIDTH - MARGIN.right - 58}" y="18" text-anchor="end">measured</text>`,
  ].join('\n');
}

/** @param {number} rate */
const short = (rate) =>
  rate >= 1e6
    ? `${+(rate / 1e6).toPrecision(2)} M`
    : rate >= 1e3
      ? `${+(rate / 1e3).toPrecision(2)} k`
      : `${rate}`;

/** @param {string} text */
export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

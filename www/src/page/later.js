/** What no first step needs: fetched with the first step, as one file. */

import './later-style.js';

export { createDrawnChart } from './chart/chart.js';
export * as compare from './compare/place.js';
export { exportOf } from './downloads/table.js';
export { createDownloads } from './downloads/view.js';
export { createCopy } from './generated/copy.js';
export { createInspector } from './generated/inspector.js';
export { createMore } from './generated/more.js';
export { createReadout } from './generated/readout.js';
export { createGuide } from './generated/stage-view.js';
export * as inside from './inside/place.js';
export { createPainter } from './lenses/painters.js';
export { createGuided } from './lesson/guided.js';
export { open } from './open-place.js';
export { createJudge } from './run/trouble-card.js';
export { createLoad } from './saved-runs/load-view.js';
export { createRow } from './saved-runs/row.js';
export { createSheet } from './settings/sheet.js';
export * as advice from './text/advice.js';

/** The style of what later.js holds, which comes with it. */

import uplot from 'uplot/dist/uPlot.min.css?inline';
import over from './chart/over.css?inline';
import downloads from './downloads/style.css?inline';
import readout from './generated/readout.css?inline';
import painters from './lenses/painters.css?inline';
import lesson from './lesson/style.css?inline';
import messages from './messages/over-run.css?inline';
import trouble from './run/trouble-card.css?inline';
import savedRuns from './saved-runs/style.css?inline';
import settings from './settings/sheet.css?inline';

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  uplot +
    over +
    downloads +
    readout +
    messages +
    lesson +
    painters +
    trouble +
    savedRuns +
    settings,
);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

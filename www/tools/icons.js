/**
 * `node tools/icons.js`: makes public/icon.png from public/mark.svg. It is committed, as is whatever this makes of a
 * changed mark. One icon serves the manifest, masked or not, and Apple's home screens.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.js';
import { www } from './paths.js';
import { command } from './run.js';

/** Paper, as in theme.css. */
const GROUND = '#f4f5ef';

const SIZE = 512;
/** How much of its square the mark takes: a mask may cut off all but the middle four fifths. */
const PART = 0.52;

await command(async () => {
  const folder = join(www, 'public');
  const mark = readFileSync(join(folder, 'mark.svg')).toString('base64');
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.setViewportSize({ width: SIZE, height: SIZE });
    const width = Math.round(SIZE * PART);
    await page.setContent(
      `<body style="margin:0;height:100vh;display:grid;place-items:center;background:${GROUND}">
        <img width="${width}" height="${width}" src="data:image/svg+xml;base64,${mark}">`,
    );
    await page.locator('img').evaluate((image) => /** @type {any} */ (image).decode());
    writeFileSync(join(folder, 'icon.png'), await page.screenshot());
  } finally {
    await browser.close();
  }
});

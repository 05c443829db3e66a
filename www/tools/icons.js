/**
 * `node tools/icons.js`: makes the icons in public/ from public/mark.svg. They are committed, as is
 * whatever this makes of a changed mark.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.js';
import { www } from './paths.js';
import { command } from './run.js';

/** Paper, as in style.css. */
const GROUND = '#f4f5ef';

/** How much of its square a mark takes: a maskable icon may lose all but the middle four fifths. */
const ICONS = [
  { name: 'icon-192.png', size: 192, part: 0.72 },
  { name: 'icon-512.png', size: 512, part: 0.72 },
  { name: 'icon-maskable-512.png', size: 512, part: 0.52 },
  { name: 'apple-touch-icon.png', size: 180, part: 0.66 },
];

await command(async () => {
  const folder = join(www, 'public');
  const mark = readFileSync(join(folder, 'mark.svg')).toString('base64');
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ colorScheme: 'light' });
    for (const { name, size, part } of ICONS) {
      await page.setViewportSize({ width: size, height: size });
      const width = Math.round(size * part);
      await page.setContent(
        `<body style="margin:0;height:100vh;display:grid;place-items:center;background:${GROUND}">
          <img width="${width}" height="${width}" src="data:image/svg+xml;base64,${mark}">`,
      );
      await page.locator('img').evaluate((image) => /** @type {any} */ (image).decode());
      writeFileSync(join(folder, name), await page.screenshot());
    }
  } finally {
    await browser.close();
  }
});

/** The browsers that the tests run in. One is enough to begin with; the more the better. */

import { ensureChromium, findChromium } from './chromium.js';
import { ensureFirefox, findFirefox } from './firefox.js';
import { Missing, Problem } from './run.js';
import { ensureWebKit } from './webkit.js';

/** Finds or installs each of them, and says of those that are not to be had how to get them. */
export async function ensureBrowsers() {
  for (const ensure of [ensureChromium, ensureFirefox, ensureWebKit]) {
    await ensure().catch((error) => {
      if (!(error instanceof Missing)) throw error;
      console.log(error.message);
    });
  }
  const wanted = [findChromium, findFirefox].map(sentence);
  if (wanted.every((sentence) => sentence !== null)) throw new Problem(wanted.join('\n'));
}

/** Why it was not found, or null. @param {() => unknown} find */
function sentence(find) {
  try {
    find();
    return null;
  } catch (error) {
    if (error instanceof Missing) return error.message;
    throw error;
  }
}

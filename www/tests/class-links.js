/** The links in the sheets for a class. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/paths.js';

const FOLDER = join(root, 'docs', 'class');

/** The sheets and what is said of them. */
export const SHEETS = readdirSync(FOLDER)
  .sort()
  .map((name) => ({ name: `docs/class/${name}`, text: readFileSync(join(FOLDER, name), 'utf8') }));

/** Each link to the page, in its parts: what it asks of the page, and the run. */
export const linksOfSheets = () =>
  SHEETS.flatMap(({ name, text }) =>
    [...text.matchAll(/https:\/\/example\.org\/babble\/#(\S+)/g)].map(([, fragment]) => {
      const all = fragment.split('&');
      const isOfPage = (/** @type {string} */ pair) => /^(lesson|show)=/.test(pair);
      return {
        name,
        fragment,
        pairs: all.filter(isOfPage),
        link: all.filter((pair) => !isOfPage(pair)).join('&'),
      };
    }),
  );

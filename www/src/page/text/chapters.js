/** How the chapters of a book become one text. */

/** @param {{ chapter: string, title: string, text: string }[]} chapters in any order */
export const bookOf = (chapters) =>
  chapters
    .sort((one, other) => Number(one.chapter) - Number(other.chapter))
    .map(({ chapter, title, text }) => `CHAPTER ${chapter}. ${title}\n\n${text}`)
    .join('\n\n');

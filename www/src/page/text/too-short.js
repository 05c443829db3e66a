/** What the core says of a text that is too short, in its words: tests/text.test.js holds the two together. */

/** @param {number} characters of the text @param {number} least that are needed */
export const tooShort = (characters, least) =>
  `The text has ${characters} characters; at least ${least} are needed to learn from.`;

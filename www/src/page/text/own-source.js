/** The source of this project: the network in Rust, then the page in JavaScript. One module, so that it is one file. */

/** @type {Record<string, string>} */
const files = {
  ...import.meta.glob('../../../../src/**/*.rs', { query: '?raw', import: 'default', eager: true }),
  ...import.meta.glob('../../**/*.js', { query: '?raw', import: 'default', eager: true }),
};

export const source = Object.keys(files)
  .sort()
  .map((path) => files[path])
  .join('\n');

import { basename } from 'node:path';

/**
 * A reporter of Node's tests: a line for each that was run, `passed` or `failed`, its file, its name and how many
 * milliseconds it took, with tabs between. A file that failed as a whole is no test, and one that `--test-name-pattern` passes over was not run.
 * @param {AsyncIterable<{ type: string, data: any }>} source
 */
export default async function* outcomes(source) {
  for await (const { type, data } of source) {
    const outcome = { 'test:pass': 'passed', 'test:fail': 'failed' }[type];
    if (!outcome || data.skip || /(\.test|together)\.js$/.test(data.name)) continue;
    const took = Math.round(data.details.duration_ms);
    yield `${outcome}\t${basename(data.file ?? '')}\t${data.name}\t${took}\n`;
  }
}

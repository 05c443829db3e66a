/** The worked examples of docs/contributing.md, done in a copy as they stand there. */

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../tools/paths.js';

const EDIT =
  /(?:In\s+`(?<file>[^`]+)`, (?<how>below|in place of) `(?<line>[^`]+)`|New file\s+`(?<made>[^`]+)`)[^`]*:\n\n +```\w+\n(?<code>[\s\S]*?)\n +```/g;

/** Copies these parts of the repository. @param {string} copy @param {string[]} parts */
export function copyParts(copy, parts) {
  rmSync(copy, { recursive: true, force: true });
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
}

/** Does what the sections of these titles say. Returns the number of edits. @param {string} copy @param {string[]} titles */
export function follow(copy, titles) {
  const sections = readFileSync(join(root, 'docs', 'contributing.md'), 'utf8').split(/^## /m);
  const chosen = sections.filter((section) => titles.includes(section.split('\n')[0]));
  assert.equal(chosen.length, titles.length, `there are ${titles}`);
  const edits = chosen.flatMap((section) => [...section.matchAll(EDIT)]);
  for (const { groups } of edits) edit(copy, /** @type {Record<string, string>} */ (groups));
  return edits.length;
}

/** @param {string} copy @param {Record<string, string>} groups */
function edit(copy, { file, how, line, made, code: indented }) {
  const path = join(copy, made ?? file);
  // As far as the list that it stands in.
  const code = indented.replace(/^ {3}/gm, '');
  if (made !== undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${code}\n`);
    return;
  }
  const parts = readFileSync(path, 'utf8').split(line);
  assert.equal(parts.length, 2, `${file} has one ${line}`);
  const [head, tail] = parts;
  const end = tail.indexOf('\n');
  const next =
    how === 'below'
      ? `${head}${line}${tail.slice(0, end)}\n${code}${tail.slice(end)}`
      : `${head}${code}${tail}`;
  writeFileSync(path, next);
}

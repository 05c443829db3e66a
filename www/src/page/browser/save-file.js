import { h } from '../dom.js';

/** Gives a file to the person. @param {string} fileName @param {ArrayBuffer | Blob} content */
export function saveFile(fileName, content) {
  const file =
    content instanceof Blob ? content : new Blob([content], { type: 'application/octet-stream' });
  const url = URL.createObjectURL(file);
  h('a', { href: url, download: fileName }).click();
  // The browser has the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

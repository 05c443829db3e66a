/** Files, folders and texts may be dropped anywhere: weights by their suffix, anything else as a text. */

import { find } from '../dom.js';

/** @import { Emit } from '../state.js' */

/** @param {HTMLElement} element @param {Emit} emit */
export function acceptDrops(element, emit) {
  const veil = find(element, '#drop', HTMLElement);
  /** Entering a child leaves its parent afterwards, so entries and exits are counted. */
  let depth = 0;

  /** @param {DragEvent} event */
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;

  /**
   * Whether a text is dropped outside the boxes. Inside them the browser handles it.
   * @param {DragEvent} event
   */
  const carriesText = ({ dataTransfer, target }) =>
    dataTransfer?.types.includes('text/plain') === true &&
    !(target instanceof HTMLTextAreaElement && !target.readOnly) &&
    !(target instanceof HTMLInputElement);

  /** @param {number} change */
  const move = (change) => {
    depth = Math.max(0, depth + change);
    veil.hidden = depth === 0;
  };

  window.addEventListener('dragenter', (event) => {
    if (carriesFiles(event)) move(1);
  });
  window.addEventListener('dragleave', (event) => {
    if (carriesFiles(event)) move(-1);
  });
  window.addEventListener('dragover', (event) => {
    if (carriesFiles(event) || carriesText(event)) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    const { dataTransfer } = event;
    if (dataTransfer === null) return;
    if (!carriesFiles(event)) {
      if (!carriesText(event)) return;
      event.preventDefault();
      const value = dataTransfer.getData('text/plain');
      if (value !== '') emit({ type: 'dropText', value });
      return;
    }
    event.preventDefault();
    move(-depth);
    filesOf(dataTransfer).then((files) => {
      const [file] = files;
      if (file === undefined) return;
      const weights = files.length === 1 && file.name.toLowerCase().endsWith('.safetensors');
      emit(weights ? { type: 'openWeights', file } : { type: 'openTexts', files });
    });
  });
}

/**
 * The files that were dropped, and those in folders that were. Hidden ones in folders are left out.
 * @param {DataTransfer} dropped @returns {Promise<File[]>}
 */
async function filesOf({ items, files }) {
  // All entries have to be asked for before the event is over.
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return [...files];
  const found = await Promise.all(entries.map((entry) => (entry === null ? [] : below(entry))));
  return found.flat();
}

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function below(entry) {
  if (entry.isFile) {
    return new Promise((resolve) => {
      const { fullPath } = entry;
      /** @type {FileSystemFileEntry} */ (entry).file(
        (file) => resolve([named(file, fullPath.slice(1))]),
        // The file has gone in the meantime.
        () => resolve([]),
      );
    });
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const files = [];
  for (;;) {
    /** @type {FileSystemEntry[]} A folder lists a hundred entries at a time, and none at the end. */
    const entries = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (entries.length === 0) return files;
    const visible = entries.filter(({ name }) => !name.startsWith('.'));
    files.push(...(await Promise.all(visible.map(below))).flat());
  }
}

/** The same file under a name with its folder. @param {File} file @param {string} name */
const named = (file, name) => new File([file], name, { type: file.type });

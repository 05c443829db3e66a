/** How many bytes a text takes once gzip has packed it, by the browser's own CompressionStream. */

/** Characters that are handed over at once. */
const CHUNK = 1 << 18;

/**
 * @param {string} text @param {number} [end] index where it ends
 * @param {() => Promise<void>} [rest] awaited between two chunks
 * @returns {Promise<number>} bytes of the packed UTF-8
 */
export async function packedBytes(text, end = text.length, rest = async () => {}) {
  const { readable, writable } = new CompressionStream('gzip');
  const counted = countBytes(readable);
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  for (let from = 0; from < end; ) {
    let to = Math.min(from + CHUNK, end);
    // Both halves of a pair, or neither.
    if (to < end && (text.charCodeAt(to) & 0xfc00) === 0xdc00) to += 1;
    await writer.write(encoder.encode(text.slice(from, to)));
    from = to;
    await rest();
  }
  await writer.close();
  return counted;
}

/** @param {ReadableStream<Uint8Array>} readable */
async function countBytes(readable) {
  const reader = readable.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes += value.byteLength;
  }
}

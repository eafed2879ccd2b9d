/** Undoing deflate, up to a size. */

/**
 * @param {Uint8Array<ArrayBuffer>} data
 * @param {number} most stop after that many bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>} rejected if the data is damaged, or there is more
 */
export async function inflate(data, most) {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new RangeError(`more than ${most} bytes`);
    }
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Binary messages: the length of a header, the header as JSON, the samples. */

/** @param {object} header @param {Int16Array[]} parts @returns {ArrayBuffer} */
export function message(header, parts) {
  let text = JSON.stringify(header);
  text += " ".repeat((4 - (new TextEncoder().encode(text).length % 4)) % 4);
  const bytes = new TextEncoder().encode(text);
  const out = new Uint8Array(4 + bytes.length + parts.reduce((sum, each) => sum + each.byteLength, 0));
  new DataView(out.buffer).setUint32(0, bytes.length, true);
  out.set(bytes, 4);
  let at = 4 + bytes.length;
  for (const part of parts) {
    out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return out.buffer;
}

/** Reading a model file (docs/bundle-format.md): its header, and what a page needs of its tensors. */

/** @typedef {{dtype: "float16"|"float32"|"int32"|"uint8", shape: number[], offset: number, bytes: number, sha256: string}} Part */
/** Whose recording a sound begins at. @typedef {{category: string, kit: string, name: string, source: string, licence: string, attribution: string}} Exemplar */
/** @typedef {{categories: string[], latent_dim: number, spec: {log_eps: number}, parts: Record<string, Part>, exemplars?: {exemplars: Exemplar[]}}} Header */

const PREFIX = 56;
const BYTES = { float16: 2, float32: 4, int32: 4, uint8: 1 };

/**
 * Undo the order of bytes in which a model travels, in place: gzip packs numbers better if their high bytes stand together.
 * @param {Uint8Array} file
 */
export function putInOrder(file) {
  const { header, start } = headerOf(file);
  for (const { dtype, offset, bytes } of Object.values(header.parts)) {
    const width = BYTES[dtype];
    if (width === 1) continue;
    const to = file.subarray(start + offset, start + offset + bytes);
    const from = to.slice();
    const count = bytes / width;
    for (let plane = 0; plane < width; plane++) {
      for (let i = 0, at = plane * count; i < count; i++, at++) to[i * width + plane] = from[at];
    }
  }
}

/** @param {Uint8Array} file @returns {{header: Header, start: number}} */
function headerOf(file) {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(16, true));
  const start = PREFIX + length;
  return { header: JSON.parse(new TextDecoder().decode(file.slice(PREFIX, start))), start };
}

export class ModelFile {
  /** @param {Uint8Array} file its bytes, as long as numbers are asked for */
  constructor(file) {
    const { header, start } = headerOf(file);
    this.header = header;
    this._file = file;
    this._start = start;
  }

  /** A tensor's numbers, row by row, as single precision; null if the model has none. @param {string} name */
  numbers(name) {
    const part = this.header.parts[name];
    if (!part) return null;
    const data = this._file.slice(this._start + part.offset, this._start + part.offset + part.bytes).buffer;
    return part.dtype === "float16" ? halves(new Uint16Array(data)) : new Float32Array(data);
  }

  /** @param {string} name */
  shape(name) {
    return this.header.parts[name].shape;
  }
}

/** Numbers of half precision. @param {Uint16Array} bits */
function halves(bits) {
  return Float32Array.from(bits, (each) => {
    const sign = each & 0x8000 ? -1 : 1;
    const exponent = (each >> 10) & 31;
    const rest = each & 1023;
    if (exponent === 0) return sign * rest * 2 ** -24;
    if (exponent === 31) return rest ? NaN : sign * Infinity;
    return sign * (1 + rest / 1024) * 2 ** (exponent - 15);
  });
}

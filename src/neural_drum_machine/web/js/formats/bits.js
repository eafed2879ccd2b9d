/** Writing numbers bit by bit, the highest bit first. */

export class BitWriter {
  constructor() {
    this._bytes = new Uint8Array(1 << 14);
    /** Bits that are written. */
    this._at = 0;
  }

  get length() {
    return this._at >> 3;
  }

  /** @param {number} value its lowest bits are written @param {number} count 0 to 32 */
  write(value, count) {
    this._room(count);
    for (let left = count; left > 0; ) {
      const free = 8 - (this._at & 7);
      const taken = Math.min(free, left);
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      this._bytes[this._at >> 3] |= part << (free - taken);
      this._at += taken;
      left -= taken;
    }
  }

  /** Zeros, and a one. @param {number} zeros */
  unary(zeros) {
    this._room(zeros + 1);
    this._at += zeros;
    this.write(1, 1);
  }

  /** Zeros up to the next byte. */
  align() {
    this._at = (this._at + 7) & ~7;
  }

  /** What was written from a byte on; whole bytes. */
  bytes(from = 0) {
    return this._bytes.slice(from, this.length);
  }

  /** @param {number} bits */
  _room(bits) {
    if (this._at + bits + 8 <= 8 * this._bytes.length) return;
    const more = new Uint8Array(2 * this._bytes.length + (bits >> 3));
    more.set(this._bytes);
    this._bytes = more;
  }
}

/** Reading numbers bit by bit, the highest bit first. */

export class BitReader {
  /** @param {Uint8Array} bytes @param {number} at the first byte that is read */
  constructor(bytes, at) {
    this._bytes = bytes;
    this._at = 8 * at;
  }

  /** The byte that is read next; after `align`. */
  get place() {
    return this._at >> 3;
  }

  get isBehindEnd() {
    return this._at > 8 * this._bytes.length;
  }

  /** @param {number} count 0 to 32 @returns {number} */
  read(count) {
    const value = count ? this._word() >>> (32 - count) : 0;
    this._at += count;
    return value;
  }

  /** A number with a sign. @param {number} count 0 to 33 @returns {number} */
  signed(count) {
    if (count > 32) return this.signed(count - 16) * 65536 + this.read(16);
    const value = count ? this._word() >> (32 - count) : 0;
    this._at += count;
    return value;
  }

  /** How many zeros come before the next one, which is read, too. @returns {number} */
  zeros() {
    let count = 0;
    for (;;) {
      const word = this._word();
      if (word) {
        const more = Math.clz32(word);
        this._at += more + 1;
        return count + more;
      }
      count += 32;
      this._at += 32;
      if (this.isBehindEnd) throw new RangeError("the bits end");
    }
  }

  align() {
    this._at = (this._at + 7) & ~7;
  }

  /** The next 32 bits; zeros behind the end. */
  _word() {
    const [bytes, at, shift] = [this._bytes, this._at >> 3, this._at & 7];
    const word = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    return shift ? (word << shift) | (bytes[at + 4] >> (8 - shift)) : word;
  }
}

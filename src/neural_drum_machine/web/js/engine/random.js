/** NumPy's RandomState: the Mersenne Twister MT19937, and normal numbers by the polar method. Seeds give the same draws. */

const N = 624;
const M = 397;

export class RandomState {
  /** @param {number} seed 0 to 2³² − 1 */
  constructor(seed) {
    this._key = new Uint32Array(N);
    let value = seed >>> 0;
    for (let i = 0; i < N; i++) {
      this._key[i] = value;
      value = (Math.imul(1812433253, value ^ (value >>> 30)) + i + 1) >>> 0;
    }
    this._place = N;
    /** @type {number|null} the second of two normal numbers that come together */
    this._normal = null;
  }

  /** A number from 0 to under 1. */
  uniform() {
    const high = this._word() >>> 5;
    const low = this._word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Numbers of the standard normal distribution. @param {number} count */
  normals(count) {
    return Float64Array.from({ length: count }, () => this._oneNormal());
  }

  /** The numbers from 0 to count − 1 in another order. @param {number} count */
  permutation(count) {
    const out = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this._below(i);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  /** A whole number from 0 to under 2³¹, as `randint(0, 2**31)` gives it. */
  seed() {
    return this._word() & 0x7fffffff;
  }

  /** A whole number from 0 to most. @param {number} most */
  _below(most) {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const value = this._word() & mask;
      if (value <= most) return value;
    }
  }

  _oneNormal() {
    if (this._normal !== null) {
      const kept = this._normal;
      this._normal = null;
      return kept;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this._normal = factor * x;
      return factor * y;
    }
  }

  _word() {
    if (this._place === N) this._turn();
    let y = this._key[this._place++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  _turn() {
    const key = this._key;
    for (let i = 0; i < N; i++) {
      const y = (key[i] & 0x80000000) | (key[(i + 1) % N] & 0x7fffffff);
      key[i] = key[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this._place = 0;
  }
}

/**
 * A limiter at full scale, run by the browser's audio thread. What lies within goes through as it is, a moment
 * later; what does not is turned down, all channels alike, before the peak comes and for a while after.
 */

/** Samples that it looks ahead. */
const AHEAD = 64;
/** Seconds until most of what it turned down is back. */
const RELEASE = 0.08;
/** Blocks of 128 samples from one word about what it does to the next. */
const WORDS = 16;

class Limiter extends AudioWorkletProcessor {
  constructor() {
    super();
    this._late = [new Float32Array(AHEAD), new Float32Array(AHEAD)];
    // The mean of as many gains as samples are late: none of them is more than the sample can bear.
    this._gains = new Float64Array(AHEAD).fill(1);
    [this._sum, this._at, this._gain, this._hold] = [AHEAD, 0, 1, 0];
    this._back = 1 - Math.exp(-1 / (RELEASE * sampleRate));
    [this._lowest, this._blocks] = [1, 0];
  }

  /** @param {Float32Array[][]} inputs @param {Float32Array[][]} outputs */
  process([input], [output]) {
    for (let i = 0; i < output[0].length; i++) {
      let peak = 0;
      for (const channel of input) peak = Math.max(peak, Math.abs(channel[i]));
      this._follow(peak);
      this._sum += this._gain - this._gains[this._at];
      this._gains[this._at] = this._gain;
      const gain = this._sum / AHEAD;
      output.forEach((channel, c) => {
        const late = this._late[c];
        channel[i] = Math.min(1, Math.max(-1, gain * late[this._at])); // but for rounding, it does
        late[this._at] = input[c]?.[i] ?? 0;
      });
      this._at = (this._at + 1) % AHEAD;
      this._lowest = Math.min(this._lowest, gain);
    }
    this._blocks += 1;
    if (this._blocks >= WORDS) this._tell();
    return true;
  }

  /** Down at once, held for as long as the samples are late, and back slowly. @param {number} peak */
  _follow(peak) {
    if (peak > 1) {
      this._gain = Math.min(this._gain, 1 / peak);
      this._hold = AHEAD;
    } else if (this._hold) {
      this._hold -= 1;
    } else if (this._gain < 1) {
      this._gain += this._back * (1 - this._gain);
      if (this._gain > 0.9999) this._gain = 1;
    }
  }

  _tell() {
    if (this._lowest < 1) this.port.postMessage(this._lowest);
    else this._sum = AHEAD; // of all ones; free of what rounding left
    [this._lowest, this._blocks] = [1, 0];
  }
}

registerProcessor("limiter", Limiter);

/**
 * A limiter at full scale, run by the browser's audio thread. Samples within full scale pass unchanged,
 * 64 samples later. Before a peak beyond full scale it turns all channels down alike, and then recovers.
 */

/** Samples of look-ahead. */
const AHEAD = 64;
/** Time constant of the recovery, in seconds. */
const RELEASE = 0.08;
/** Blocks of 128 samples between two reports of the gain. */
const REPORT_BLOCKS = 16;

class Limiter extends AudioWorkletProcessor {
  constructor() {
    super();
    this._delayed = [new Float32Array(AHEAD), new Float32Array(AHEAD)];
    // The gain applied is the mean of the last AHEAD gains. None of them is more than the delayed
    // sample allows, so the mean is not either, and it changes smoothly.
    this._gains = new Float64Array(AHEAD).fill(1);
    this._sum = AHEAD;
    this._at = 0;
    this._gain = 1;
    this._hold = 0;
    this._recovery = 1 - Math.exp(-1 / (RELEASE * sampleRate));
    this._lowest = 1;
    this._blocks = 0;
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
        const delayed = this._delayed[c];
        // Only rounding can exceed full scale here.
        channel[i] = Math.min(1, Math.max(-1, gain * delayed[this._at]));
        delayed[this._at] = input[c]?.[i] ?? 0;
      });
      this._at = (this._at + 1) % AHEAD;
      this._lowest = Math.min(this._lowest, gain);
    }
    this._blocks += 1;
    if (this._blocks >= REPORT_BLOCKS) this._report();
    return true;
  }

  /** Lower the gain at once, hold it for the look-ahead, recover slowly. @param {number} peak */
  _follow(peak) {
    if (peak > 1) {
      this._gain = Math.min(this._gain, 1 / peak);
      this._hold = AHEAD;
    } else if (this._hold) {
      this._hold -= 1;
    } else if (this._gain < 1) {
      this._gain += this._recovery * (1 - this._gain);
      if (this._gain > 0.9999) this._gain = 1;
    }
  }

  _report() {
    if (this._lowest < 1) this.port.postMessage(this._lowest);
    else this._sum = AHEAD; // all gains are 1: drop what rounding has left in the sum
    [this._lowest, this._blocks] = [1, 0];
  }
}

registerProcessor("limiter", Limiter);

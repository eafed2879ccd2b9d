/** Web Audio: every sound starts at once and goes through one master gain and one limiter. */

/** Seconds of the fade where a sound is cut off; a shorter one would click. */
const FADE_OUT = 0.006;
/** A gain of the limiter below this one counts as limiting: a tenth of a decibel. */
const AUDIBLE_GAIN = 0.9886;

/** How a sound is played: gain is a factor, pan goes from -1 to 1. @typedef {{gain?: number, pan?: number, semitones?: number}} Touch */
/** A sound that plays. @typedef {{source: AudioBufferSourceNode, gain: GainNode, at: number}} Playing */

/**
 * Make the limiter, which keeps the sum of many sounds within full scale.
 * @param {BaseAudioContext} context
 * @returns {Promise<AudioWorkletNode|null>} null where the browser allows no worklet, as on a page that
 *   comes from another computer by plain HTTP
 */
export async function makeLimiter(context) {
  try {
    await context.audioWorklet.addModule(new URL("limiter.js", import.meta.url));
    return new AudioWorkletNode(context, "limiter", {
      channelCount: 2, channelCountMode: "explicit", outputChannelCount: [2],
    });
  } catch {
    return null;
  }
}

export class Output {
  constructor() {
    /** @type {AudioContext|null} */
    this._context = null;
    /** @type {GainNode|null} */
    this._master = null;
    /** @type {AnalyserNode|null} */
    this.analyser = null;
    /** @type {WeakMap<Float32Array, AudioBuffer>} */
    this._buffers = new WeakMap();
    /** @type {Playing|null} */
    this._preview = null;
    /** When the limiter last turned something down, as of `performance.now()`. */
    this.limitedAt = -Infinity;
    /** @type {Promise<void>} resolved when the limiter is connected */
    this.isLimited = Promise.resolve();
    /** Called when a sound starts. */
    this.onstart = () => {};
  }

  /** The audio context. It is made when it is first needed, as browsers want a gesture first. */
  get context() {
    if (!this._context) {
      this._context = new AudioContext({ latencyHint: "interactive" });
      this.analyser = this._context.createAnalyser();
      this.analyser.fftSize = 2048;
      this.analyser.smoothingTimeConstant = 0;
      this._master = this._context.createGain();
      this._master.connect(this.analyser).connect(this._context.destination);
      this.isLimited = this._insertLimiter(this._master, this.analyser);
    }
    return this._context;
  }

  /** @param {GainNode} master @param {AnalyserNode} analyser */
  async _insertLimiter(master, analyser) {
    const node = await makeLimiter(master.context);
    if (!node) return;
    node.port.onmessage = ({ data: gain }) => {
      if (gain < AUDIBLE_GAIN) this.limitedAt = performance.now();
    };
    master.disconnect();
    master.connect(node).connect(analyser);
  }

  /** Start the context. Every gesture must call this. */
  wake() {
    if (this.context.state !== "running") void this.context.resume();
  }

  /** Whether sounds can be heard now. */
  get isRunning() {
    return this._context?.state === "running";
  }

  /**
   * Samples as a buffer, which lives as long as they do.
   * @param {Float32Array} samples
   * @param {number} sr Hz
   */
  buffer(samples, sr) {
    let buffer = this._buffers.get(samples);
    if (!buffer) {
      buffer = this.context.createBuffer(1, Math.max(1, samples.length), sr);
      buffer.copyToChannel(/** @type {Float32Array<ArrayBuffer>} */ (samples), 0);
      this._buffers.set(samples, buffer);
    }
    return buffer;
  }

  /**
   * Start a sound now.
   * @param {Float32Array} samples
   * @param {number} sr Hz
   * @param {Touch} [touch]
   * @returns {Playing}
   */
  play(samples, sr, { gain = 1, pan = 0, semitones = 0 } = {}) {
    const context = this.context;
    const source = context.createBufferSource();
    source.buffer = this.buffer(samples, sr);
    source.playbackRate.value = 2 ** (semitones / 12);
    const level = context.createGain();
    level.gain.value = gain;
    source.connect(level);
    /** @type {AudioNode} */
    let last = level;
    if (pan) {
      const panner = context.createStereoPanner();
      panner.pan.value = pan;
      last = level.connect(panner);
    }
    last.connect(/** @type {GainNode} */ (this._master));
    source.onended = () => last.disconnect();
    const at = context.currentTime;
    source.start(at);
    this.onstart();
    return { source, gain: level, at };
  }

  /**
   * Start the sound being edited and stop the one before it. A drag makes many.
   * @param {Float32Array} samples
   * @param {number} sr Hz
   * @param {Touch} [touch]
   */
  preview(samples, sr, touch = {}) {
    this.stopPreview();
    this._preview = this.play(samples, sr, touch);
  }

  /** Stop the sound being edited, without a click. */
  stopPreview() {
    if (!this._preview) return;
    const { source, gain } = this._preview;
    const now = this.context.currentTime;
    gain.gain.setValueAtTime(gain.gain.value, now);
    gain.gain.linearRampToValueAtTime(0, now + FADE_OUT);
    source.stop(now + FADE_OUT);
    this._preview = null;
  }
}

/** Web Audio: sounds start at once, through one master level and a limiter that a meter watches. */

/** Seconds in which a sound that is cut off fades: shorter would click. */
const CUT = 0.006;
/** A gain of the limiter that is worth a word: a tenth of a decibel. */
const HELD = 0.9886;

/** How a hit is played. @typedef {{gain?: number, pan?: number, semitones?: number}} Touch */

/**
 * What holds the sum of many sounds at full scale.
 * @param {BaseAudioContext} context
 * @returns {Promise<AudioWorkletNode|null>} null where there is none to be had, as on a page from another
 *   computer by plain http
 */
export async function limiter(context) {
  try {
    await context.audioWorklet.addModule("/js/limiter.js");
    const stereo = { channelCount: 2, channelCountMode: "explicit", outputChannelCount: [2] };
    return new AudioWorkletNode(context, "limiter", /** @type {AudioWorkletNodeOptions} */ (stereo));
  } catch {
    return null;
  }
}

export class Output {
  constructor() {
    /** @type {AudioContext|null} */
    this._context = null;
    /** @type {AnalyserNode|null} */
    this.analyser = null;
    /** @type {WeakMap<Float32Array, AudioBuffer>} */
    this._buffers = new WeakMap();
    /** @type {{source: AudioBufferSourceNode, gain: GainNode}|null} */
    this._preview = null;
    /** When the limiter last had something to do. */
    this.heldAt = -Infinity;
    /** @type {Promise<void>} until the limiter is in its place */
    this.limited = Promise.resolve();
    /** Called when a sound starts. */
    this.onstart = () => {};
  }

  /** The context; made on demand, for browsers want a gesture first. */
  get context() {
    if (!this._context) {
      this._context = new AudioContext({ latencyHint: "interactive" });
      this.analyser = this._context.createAnalyser();
      this.analyser.fftSize = 2048;
      this.analyser.smoothingTimeConstant = 0;
      this._master = this._context.createGain();
      this._master.connect(this.analyser).connect(this._context.destination);
      this.limited = this._limit(this._master, this.analyser);
    }
    return this._context;
  }

  /** @param {GainNode} master @param {AnalyserNode} analyser */
  async _limit(master, analyser) {
    const node = await limiter(master.context);
    if (!node) return;
    node.port.onmessage = ({ data: gain }) => {
      if (gain < HELD) this.heldAt = performance.now();
    };
    master.disconnect();
    master.connect(node).connect(analyser);
  }

  /** Let the context run; call it from every gesture. */
  wake() {
    if (this.context.state !== "running") void this.context.resume();
  }

  /** Whether sound comes out now. */
  get isRunning() {
    return this._context?.state === "running";
  }

  /**
   * A buffer of samples; kept as long as they are.
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
   * @returns {{source: AudioBufferSourceNode, gain: GainNode, at: number}}
   */
  play(samples, sr, { gain = 1, pan = 0, semitones = 0 } = {}) {
    const context = this.context;
    const source = context.createBufferSource();
    source.buffer = this.buffer(samples, sr);
    source.playbackRate.value = 2 ** (semitones / 12);
    const level = context.createGain();
    level.gain.value = gain;
    source.connect(level);
    let last = /** @type {AudioNode} */ (level);
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
   * Start the sound being worked on, and end the one before: a drag makes many.
   * @param {Float32Array} samples
   * @param {number} sr
   * @param {Touch} [touch]
   */
  preview(samples, sr, touch = {}) {
    this.stopPreview();
    const voice = this.play(samples, sr, touch);
    this._preview = voice;
    return voice;
  }

  /** End the sound being worked on, without a click. */
  stopPreview() {
    if (!this._preview) return;
    const { source, gain } = this._preview;
    const now = this.context.currentTime;
    gain.gain.setValueAtTime(gain.gain.value, now);
    gain.gain.linearRampToValueAtTime(0, now + CUT);
    source.stop(now + CUT);
    this._preview = null;
  }
}

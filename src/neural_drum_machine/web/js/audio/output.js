/** What is heard: the mixer in the page's audio context, then one limiter. */

import { PADS } from "../model/kit.js";
import { Mixer } from "./mixer.js";

/** @import { Playing, Touch } from "./mixer.js" */
/** @import { Channels } from "../model/channels.js" */

/** A gain of the limiter below this one counts as limiting: a tenth of a decibel. */
const AUDIBLE_GAIN = 0.9886;

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
    /** @type {Mixer|null} */
    this._mixer = null;
    /** @type {AnalyserNode|null} */
    this.analyser = null;
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
      this._mixer = new Mixer(this._context, PADS);
      this._mixer.master.connect(this.analyser).connect(this._context.destination);
      this.isLimited = this._insertLimiter(this._mixer.master, this.analyser);
    }
    return this._context;
  }

  /** The mixer of the context. @returns {Mixer} */
  get mixer() {
    void this.context;
    return /** @type {Mixer} */ (this._mixer);
  }

  /** The meters of the drum pads, once anything has played. */
  get meters() {
    return this._mixer?.meters ?? [];
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

  /** Seconds from a time of the context until it is heard, as far as the browser tells. */
  get latency() {
    return this._context?.outputLatency || this._context?.baseLatency || 0;
  }

  /** Have samples ready to play. @param {Channels} channels @param {number} sr Hz */
  buffer(channels, sr) {
    return this.mixer.buffer(channels, sr);
  }

  /**
   * Start a sound, now or at a time of the context.
   * @param {Channels} channels
   * @param {number} sr Hz
   * @param {Touch} [touch]
   * @returns {Playing}
   */
  play(channels, sr, touch = {}) {
    const playing = this.mixer.play(channels, sr, touch);
    this.onstart();
    return playing;
  }

  /**
   * Start the sound being edited and stop the one before it. A drag makes many.
   * @param {Channels} channels
   * @param {number} sr Hz
   * @param {Touch} [touch]
   */
  preview(channels, sr, touch = {}) {
    this.stopPreview();
    this._preview = this.play(channels, sr, touch);
  }

  /** Stop the sound being edited, without a click. */
  stopPreview() {
    if (!this._preview) return;
    this.mixer.end(this._preview);
    this._preview = null;
  }
}

/**
 * The mixer: every hit goes through its pad's strip and one master gain. Hits are started at a time to the sample, and a
 * hit of a choke group ends the others of its group. It works in any audio context, also in one that is not heard.
 */

import { panGains } from "../model/mix.js";

/** @import { Channels } from "../model/channels.js" */

/** Seconds of the fade where a sound is cut off; a shorter one would click. */
const FADE_OUT = 0.006;
/** Samples that a strip's meter looks at. */
const METER_SIZE = 512;

/**
 * How a sound is played: gain is a factor, pan goes from -1 to 1, `when` is a time of the context (now, if it is absent),
 * `strip` is a drum pad. Hits of one `group` above 0 end one another, but not those of their own strip; the others take
 * `chokeMs` milliseconds.
 * @typedef {{gain?: number, pan?: number, semitones?: number, when?: number, strip?: number, group?: number, chokeMs?: number}} Touch
 */
/** A sound that plays. @typedef {{source: AudioBufferSourceNode, gain: GainNode, at: number, strip: number, level: number}} Playing */

export class Mixer {
  /** @param {BaseAudioContext} context @param {number} strips */
  constructor(context, strips) {
    this.context = context;
    this.master = context.createGain();
    /** By pad: what its meter reads. */
    this.meters = Array.from({ length: strips }, () => {
      const meter = context.createAnalyser();
      meter.fftSize = METER_SIZE;
      meter.connect(this.master);
      return meter;
    });
    /** Hits that may ring, by choke group. @type {Map<number, Set<Playing>>} */
    this._ringing = new Map();
    /** @type {WeakMap<Channels, AudioBuffer>} */
    this._buffers = new WeakMap();
  }

  /**
   * Samples as a buffer, which lives as long as they do.
   * @param {Channels} channels
   * @param {number} sr Hz
   */
  buffer(channels, sr) {
    let buffer = this._buffers.get(channels);
    if (!buffer) {
      buffer = this.context.createBuffer(channels.length, Math.max(1, channels[0].length), sr);
      for (const [n, samples] of channels.entries()) buffer.copyToChannel(/** @type {Float32Array<ArrayBuffer>} */ (samples), n);
      this._buffers.set(channels, buffer);
    }
    return buffer;
  }

  /**
   * Start a sound.
   * @param {Channels} channels
   * @param {number} sr Hz
   * @param {Touch} [touch]
   * @returns {Playing}
   */
  play(channels, sr, { gain = 1, pan = 0, semitones = 0, when, strip = -1, group = 0, chokeMs = 10 } = {}) {
    const { context } = this;
    const source = context.createBufferSource();
    source.buffer = this.buffer(channels, sr);
    source.playbackRate.value = 2 ** (semitones / 12);
    const level = context.createGain();
    level.gain.value = gain;
    source.connect(level);
    const last = pan ? this._panned(level, pan) : level;
    last.connect(this.meters[strip] ?? this.master);
    const at = Math.max(when ?? 0, context.currentTime);
    const playing = { source, gain: level, at, strip, level: gain };
    if (group) this._choke(group, playing, chokeMs / 1000);
    source.addEventListener("ended", () => {
      last.disconnect();
      this._ringing.get(group)?.delete(playing);
    });
    source.start(at);
    return playing;
  }

  /**
   * Place a sound between left and right, as exports do. The browser's own panner plays a sound that is a little aside
   * softer than one in the middle, and mixes the sides of a stereo sound.
   * @param {GainNode} sound @param {number} pan -1 to 1
   * @returns {AudioNode}
   */
  _panned(sound, pan) {
    const { context } = this;
    [sound.channelCount, sound.channelCountMode] = [2, "explicit"];
    const sides = sound.connect(context.createChannelSplitter(2));
    const both = context.createChannelMerger(2);
    for (const [n, factor] of panGains(pan).entries()) {
      const side = context.createGain();
      side.gain.value = factor;
      sides.connect(side, n).connect(both, 0, n);
    }
    return both;
  }

  /** End the other hits of a group where a new one starts. @param {number} group @param {Playing} playing @param {number} seconds */
  _choke(group, playing, seconds) {
    const ringing = this._ringing.get(group) ?? new Set();
    this._ringing.set(group, ringing);
    for (const other of ringing) {
      if (other.strip === playing.strip || other.at > playing.at) continue;
      this.end(other, playing.at, seconds);
      ringing.delete(other);
    }
    ringing.add(playing);
  }

  /** End a sound at a time, without a click. @param {Playing} playing @param {number} [at] @param {number} [seconds] of the fade */
  end({ gain, level, source }, at = this.context.currentTime, seconds = FADE_OUT) {
    gain.gain.cancelScheduledValues(at);
    gain.gain.setValueAtTime(level, at);
    gain.gain.linearRampToValueAtTime(0, at + seconds);
    source.stop(at + seconds);
  }
}

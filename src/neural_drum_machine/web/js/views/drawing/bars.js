/** A small waveform of bars, for the drum pads and A and B. */

/** @import { Channels } from "../../model/channels.js" */

/** Levels are raised to this power, so that quiet tails are visible. */
const POWER = 0.62;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width @param {number} height
 * @param {Channels} channels
 * @param {string} colour
 */
export function drawBars(context, width, height, channels, colour) {
  context.fillStyle = colour;
  const bars = Math.floor(width / 3);
  for (let i = 0; i < bars; i++) {
    let most = 0;
    const { length } = channels[0];
    const until = ((i + 1) / bars) * length;
    for (const samples of channels) {
      for (let k = Math.floor((i / bars) * length); k < until; k++) most = Math.max(most, Math.abs(samples[k]));
    }
    const size = Math.max(1.5, most ** POWER * height);
    context.fillRect(3 * i, (height - size) / 2, 2, size);
  }
}

/** Web MIDI: notes of every device become hits, controllers turn knobs, and a clock leads the beat. */

/** @typedef {{type: "note", note: number, velocity: number}|{type: "control", control: number, value: number}|{type: "clock"}|{type: "start"}|{type: "continue"}|{type: "stop"}} MidiMessage */

/**
 * Read a MIDI message.
 * @param {Uint8Array} data
 * @returns {MidiMessage|null} null if the page does not use it
 */
export function readMidi([status, first, second]) {
  if (status === 0xf8) return { type: "clock" };
  if (status === 0xfa) return { type: "start" };
  if (status === 0xfb) return { type: "continue" };
  if (status === 0xfc) return { type: "stop" };
  if ((status & 0xf0) === 0x90 && second) return { type: "note", note: first, velocity: second };
  if ((status & 0xf0) === 0xb0) return { type: "control", control: first, value: second / 127 };
  return null;
}

/** @typedef {{send: (data: number[], time?: number) => void}} MidiOut */

/**
 * Ask for access and listen, also to devices that are connected later.
 * @param {(message: MidiMessage, time: number) => void} take `time` is as of `performance.now()`
 * @param {(names: string[], outs: MidiOut[]) => void} changed called with the names of the inputs, and with the outputs
 * @throws {Error} if the browser has no Web MIDI, or the user does not allow it
 */
export async function startMidi(take, changed) {
  if (!navigator.requestMIDIAccess) throw new Error("This browser has no Web MIDI.");
  const access = await navigator.requestMIDIAccess();
  const listen = () => {
    const inputs = [...access.inputs.values()].filter(({ state }) => state !== "disconnected");
    for (const input of inputs) {
      input.onmidimessage = ({ data, timeStamp }) => {
        const message = data && readMidi(data);
        if (message) take(message, timeStamp || performance.now());
      };
    }
    changed(inputs.map((input) => input.name ?? "MIDI"), [...(access.outputs?.values() ?? [])].filter(({ state }) => state !== "disconnected"));
  };
  access.onstatechange = listen;
  listen();
}

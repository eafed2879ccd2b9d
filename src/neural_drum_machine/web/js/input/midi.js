/** Web MIDI: the notes of every device become hits. */

/** The note of the first drum pad: the lowest drum of General MIDI, and of most pad controllers. */
const FIRST_PAD_NOTE = 36;
/** Middle C plays the sound being edited at its own pitch, other notes transpose it. */
const MIDDLE_C = 60;

/** A hit; `pad` is -1 for the sound being edited. @typedef {{pad: number, semitones: number, velocity: number}} Hit */

/**
 * Read a MIDI message.
 * @param {Uint8Array} data
 * @param {number} pads the number of drum pads
 * @returns {Hit|null} null if it is not the start of a note
 */
export function hitOf([status, note, velocity], pads) {
  if ((status & 0xf0) !== 0x90 || !velocity) return null;
  const pad = note - FIRST_PAD_NOTE;
  if (pad >= 0 && pad < pads) return { pad, semitones: 0, velocity: velocity / 127 };
  return { pad: -1, semitones: note - MIDDLE_C, velocity: velocity / 127 };
}

/**
 * Ask for access and listen, also to devices that are connected later.
 * @param {number} pads
 * @param {(hit: Hit) => void} play
 * @param {(names: string[]) => void} changed called with the names of the devices
 * @throws {Error} if the browser has no Web MIDI, or the user does not allow it
 */
export async function startMidi(pads, play, changed) {
  if (!navigator.requestMIDIAccess) throw new Error("This browser has no Web MIDI.");
  const access = await navigator.requestMIDIAccess();
  const listen = () => {
    const inputs = [...access.inputs.values()];
    for (const input of inputs) {
      input.onmidimessage = ({ data }) => {
        const hit = data && hitOf(data, pads);
        if (hit) play(hit);
      };
    }
    changed(inputs.map((input) => input.name ?? "MIDI"));
  };
  access.onstatechange = listen;
  listen();
}

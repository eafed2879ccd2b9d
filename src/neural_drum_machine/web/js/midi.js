/** Web MIDI: notes of every device to hits. */

/** Notes 36 to 43, General MIDI's drums and most pad controllers' lowest, are the eight pads. */
const FIRST_PAD_NOTE = 36;
/** Middle C plays the sound being worked on as it is; its neighbours other pitches. */
const MIDDLE_C = 60;

/**
 * What a message asks for, null if nothing.
 * @param {Uint8Array} data
 * @param {number} pads how many there are
 * @returns {{pad: number, semitones: number, velocity: number}|null} pad -1: the sound itself
 */
function hitOf(data, pads) {
  const [status, note, velocity] = data;
  if ((status & 0xf0) !== 0x90 || !velocity) return null;
  const pad = note - FIRST_PAD_NOTE;
  if (pad >= 0 && pad < pads) return { pad, semitones: 0, velocity: velocity / 127 };
  return { pad: -1, semitones: note - MIDDLE_C, velocity: velocity / 127 };
}

/**
 * Ask for access and listen, also to devices that come later.
 * @param {number} pads
 * @param {(hit: {pad: number, semitones: number, velocity: number}) => void} play
 * @param {(names: string[]) => void} heard called with the devices whenever they change
 */
export async function startMidi(pads, play, heard) {
  if (!navigator.requestMIDIAccess) throw new Error("This browser has no Web MIDI.");
  const access = await navigator.requestMIDIAccess();
  const listen = () => {
    const inputs = [...access.inputs.values()];
    for (const input of inputs) {
      input.onmidimessage = (/** @type {any} */ event) => {
        const hit = event.data && hitOf(event.data, pads);
        if (hit) play(hit);
      };
    }
    heard(inputs.map((input) => input.name ?? "MIDI"));
  };
  access.onstatechange = listen;
  listen();
}

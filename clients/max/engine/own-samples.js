/** Samples of the user's own: read from their files or put together from parts, kept as copies, and told in the files of sounds. */

import { fromBase64 } from "../../../src/neural_drum_machine/web/js/model/base64.js";
import { keepRecent } from "../../../src/neural_drum_machine/web/js/model/keep-recent.js";
import { ownNumbers } from "../../../src/neural_drum_machine/web/js/model/recipe.js";
import { bytesOf, soundOfFile, soundOfSamples } from "./audio/file-samples.js";
import { kept, nameOf, systemPath } from "./kept-samples.js";

/** @import { Asked } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { SoundHeader } from "../../../src/neural_drum_machine/web/js/net/messages.js" */
/** @import { Message } from "./messages.js" */

/** A file that was dropped: the request's id, its path as Max names it and as the system does, and its bytes. @typedef {{id: number, told: string, path: string, data: Uint8Array}} Source */

/** The device plays no more. */
const SECONDS = 3;
const MOST_FORMS = 256;

export class OwnSamples {
  /** @param {(message: Message) => void} say */
  constructor(say) {
    this._say = say;
    /** Compact forms by the numbers of their sounds. @type {Map<number, Uint8Array<ArrayBuffer>>} */
    this._forms = new Map();
    /** The last file that was opened. @type {Source|null} */
    this._source = null;
  }

  /** What a request needs beside what it says. @param {Asked} asked @returns {Promise<Asked>} */
  async read(asked) {
    if (asked.type === "open") {
      const path = systemPath(asked.path);
      const data = await bytesOf(path, nameOf(path));
      // Also where it is refused here: then its samples may come in parts.
      this._source = { id: asked.id, told: asked.path, path, data };
      return this._taken(asked, nameOf(path), await soundOfFile(data, nameOf(path)));
    }
    if (asked.type !== "upload") return asked;
    const name = this._source?.id === asked.id ? nameOf(this._source.path) : "the dropped file";
    return this._taken(asked, name, await soundOfSamples(asked.samples, name));
  }

  /** @param {Asked} asked @param {string} name @param {object} audio @returns {Asked} */
  _taken({ id, category, take, length, channels }, name, audio) {
    return { type: "upload", id, category, take, length, channels, name, audio: { ...audio, seconds: SECONDS } };
  }

  /** Keep the file of a sound that was taken in, and its compact form. @param {SoundHeader} header */
  keep({ id, own, exemplars = [], notes = [] }) {
    if (own) keepRecent(this._forms, exemplars[0], fromBase64(own), MOST_FORMS);
    for (const note of notes) this._say(["/ndm/note", id, note]);
    const source = this._source;
    if (source?.id !== id) return;
    this._source = null;
    try {
      this._say(["/ndm/kept", id, source.told, kept(source.path, source.data)]);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      this._say(["/ndm/note", id, `the sample is not copied (${why}): the set needs it where it is`]);
    }
  }

  /** The compact forms of the own sounds among exemplars. @param {number[]} exemplars */
  formsOf(exemplars) {
    return ownNumbers(exemplars).flatMap((number) => this._forms.get(number) ?? []);
  }
}

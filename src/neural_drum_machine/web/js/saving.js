/** What leaves the page and comes back into it: WAV files, ZIPs, projects, links. */

import { Refusal } from "./client.js";
import { named } from "./dom.js";
import { LARGEST, save } from "./files.js";
import { notice } from "./notice.js";
import { commentOf, keyOf, readProject, writeProject } from "./project.js";
import { isWhole } from "./shape.js";
import { wavFile } from "./wav.js";
import { crc32, isZip, unzipped, zipFile } from "./zip.js";

const PROJECT = "ndm-project.json";

export class Saving {
  /** @param {import("./app.js").App} app @param {import("./store.js").Store} store */
  constructor(app, store) {
    [this._app, this._store] = [app, store];
  }

  get _model() {
    return this._app.hello?.hash ?? "";
  }

  /** The sound as it is heard. */
  wav() {
    const { sound, heard, isThere, project: { recipe, trim } } = this._app;
    if (!sound || !heard || !recipe || !isThere) {
      notice("The sound is not there yet.", "bad");
      return;
    }
    save(`${fileName(recipe)}-${mark(recipe, trim)}.wav`, this._wav(heard, sound.sr, recipe, trim), "audio/wav");
  }

  /** All pads, and the project. */
  pads() {
    const { project, rack } = this._app;
    const missing = project.pads.findIndex((kept, n) => kept && !rack.sounds[n]);
    if (missing >= 0) {
      notice(`The sound of pad ${missing + 1} is not there yet.`, "bad");
      return;
    }
    const files = project.pads.flatMap((kept, n) => {
      const sound = rack.sounds[n];
      if (!kept || !sound) return [];
      const data = this._wav(sound.heard, sound.sr, kept.recipe, kept.trim);
      return [{ name: `${n + 1}-${fileName(kept.recipe)}.wav`, data }];
    });
    const data = new TextEncoder().encode(writeProject(project, this._model));
    save("pads.zip", zipFile([...files, { name: `project.${PROJECT}`, data }], new Date()), "application/zip");
  }

  project() {
    save(`drums.${PROJECT}`, writeProject(this._app.project, this._model), "application/json");
  }

  /** Copy an address that holds the sound. */
  async link() {
    this._store.write();
    try {
      await navigator.clipboard.writeText(location.href);
      notice("The link to this sound is copied.");
    } catch {
      notice("The link to this sound is in the address bar.");
    }
  }

  /**
   * @param {File} file a sound, a project, or a ZIP that holds one
   * @param {{pad: number, others: File[]}} [where] it was dropped, and what with it
   */
  async take(file, { pad, others } = { pad: -1, others: [] }) {
    const rest = leftOut(others);
    if (file.size > LARGEST) {
      notice(`${file.name} is too large: at most ${LARGEST / 2 ** 20} MiB.`, "bad");
      return;
    }
    if (file.name.endsWith(".json") || file.type === "application/json") {
      await this._open(await file.text(), rest);
      return;
    }
    const data = await file.arrayBuffer();
    if (isZip(new Uint8Array(data))) {
      const project = unzipped(new Uint8Array(data), PROJECT);
      if (project) await this._open(new TextDecoder().decode(project), rest);
      else notice(`No project is found in ${file.name}. Unzip it, and open what lies in it.`, "bad");
      return;
    }
    const isTaken = await this._app.hearing.upload(file.name, data, { play: pad < 0 });
    if (isTaken) {
      notice(`${heardWords(file.name, this._app, pad)}${rest}`);
      if (pad >= 0) await this._app.rack.keep(pad);
    } else if (isTaken === null) notice(`${file.name} is left out: you went on meanwhile. Open it once more.`);
  }

  /** @param {string} text @param {string} rest what else there is to say */
  async _open(text, rest) {
    try {
      const { project, model } = readProject(text, this._app.hello?.categories ?? []);
      await this._app.open(project);
      const differs = "This project was made with another model: its sounds may differ.";
      const words = `${model === this._model ? "" : differs}${rest}`;
      if (words) notice(words.trim());
    } catch (error) {
      const { code, message } = /** @type {Refusal} */ (error);
      const isAway = code === "gone";
      if (isAway) notice("The server is not there to make this project's sounds: open it when it is back.", "bad");
      else notice(error instanceof Refusal ? `This project is not opened: ${message}` : message, "bad");
    }
  }

  /**
   * @param {Float32Array} heard @param {number} sr @param {import("./project.js").Recipe} recipe
   * @param {import("./shape.js").Trim} trim
   */
  _wav(heard, sr, recipe, trim) {
    return wavFile(heard, sr, commentOf(recipe, trim, this._model, isWhole(trim)));
  }
}

/** What came of a file. @param {string} name @param {import("./app.js").App} app @param {number} pad or -1 */
function heardWords(name, { category, original, sound }, pad) {
  const heard = `${name}, heard as ${named(category)}${pad < 0 ? "" : `, on pad ${pad + 1}`}`;
  if (!sound?.left_out || !original) return `${heard}. Drag the pad to move on from there.`;
  return `${heard}: its first ${(original.length / sound.sr).toPrecision(3)} s; the rest is left out.`;
}

/** @param {File[]} others */
function leftOut(others) {
  if (!others.length) return "";
  const which = others.length > 1 ? `${others.length} other files are` : `${others[0].name} is`;
  return ` ${which} left out: drop one at a time.`;
}

/** @param {import("./project.js").Recipe} recipe */
function fileName({ category }) {
  return category.replace(/[^\w-]+/g, "-");
}

/**
 * What tells a sound from others of its category, in a file's name: the same for the same sound.
 * @param {import("./project.js").Recipe} recipe @param {import("./shape.js").Trim} trim
 */
function mark(recipe, trim) {
  const bytes = new TextEncoder().encode(keyOf(recipe) + JSON.stringify(trim));
  return crc32(bytes).toString(16).padStart(8, "0");
}

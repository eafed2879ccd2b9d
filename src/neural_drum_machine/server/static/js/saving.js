/** What leaves the page and comes back into it: WAV files, ZIPs, projects, links. */

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
    const { sound, heard, project: { recipe, trim } } = this._app;
    if (!sound || !heard || !recipe) return;
    save(`${fileName(recipe)}-${mark(recipe, trim)}.wav`, this._wav(heard, sound.sr, recipe, trim), "audio/wav");
  }

  /** All pads, and the project. */
  pads() {
    const { project, rack } = this._app;
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

  /** @param {File} file a sound, a project, or a ZIP that holds one */
  async take(file) {
    if (file.size > LARGEST) {
      notice(`${file.name} is too large: at most ${LARGEST / 2 ** 20} MiB.`, "bad");
      return;
    }
    if (file.name.endsWith(".json") || file.type === "application/json") {
      this._open(await file.text());
      return;
    }
    const data = await file.arrayBuffer();
    if (isZip(new Uint8Array(data))) {
      const project = unzipped(new Uint8Array(data), PROJECT);
      if (project) this._open(new TextDecoder().decode(project));
      else notice(`No project is found in ${file.name}. Unzip it, and open what lies in it.`, "bad");
      return;
    }
    if (await this._app.hearing.upload(file.name, data)) {
      notice(`${file.name}, heard as ${named(this._app.category)}. Drag the pad to move on from there.`);
    }
  }

  /** @param {string} text */
  _open(text) {
    try {
      const { project, model } = readProject(text, this._app.hello?.categories ?? []);
      void this._app.open(project);
      if (model !== this._model) {
        notice("This project was made with another model: its sounds may differ.");
      }
    } catch (error) {
      notice(/** @type {Error} */ (error).message, "bad");
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

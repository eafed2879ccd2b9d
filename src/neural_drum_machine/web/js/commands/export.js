/** What the page saves: WAV files, a ZIP of the drum pads, project files, links. */

import { crc32 } from "../formats/crc32.js";
import { writeProject } from "../formats/project-file.js";
import { wavFile } from "../formats/wav.js";
import { wavComment } from "../formats/wav-comment.js";
import { writeZip } from "../formats/zip.js";
import { keyOf, ownNumbers } from "../model/recipe.js";
import { hasItsSound, voiceOf } from "../model/state.js";

/** @import { App } from "./app.js" */
/** @import { Autosave } from "./autosave.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { Trim } from "../model/trim.js" */
/** @import { Sound } from "../net/sound-message.js" */

/** The ending of a project file's name. */
export const PROJECT_ENDING = "ndm-project.json";

export class Export {
  /**
   * @param {App} app
   * @param {Autosave} autosave
   * @param {(name: string, data: BlobPart, type: string) => void} download
   */
  constructor(app, autosave, download) {
    this._app = app;
    this._autosave = autosave;
    this._download = download;
  }

  get _model() {
    return this._app.state.hello?.hash ?? "";
  }

  /** Save the sound being edited, as it is played. */
  wav() {
    const { project: { recipe, trim }, state } = this._app;
    const samples = this._app.trimmed();
    if (!state.sound || !samples || !recipe || !hasItsSound(state)) {
      this._app.notice("The sound is not loaded yet.", true);
      return;
    }
    const name = `${fileName(recipe)}-${fingerprint(recipe, trim)}.wav`;
    this._download(name, this._wav(samples, state.sound, recipe, trim), "audio/wav");
  }

  /** Save the drum pads and the project. */
  zip() {
    const { project, state } = this._app;
    const missing = project.pads.findIndex((kept, n) => kept && !voiceOf(state, n));
    if (missing >= 0) {
      this._app.notice(`The sound of pad ${missing + 1} is not loaded yet.`, true);
      return;
    }
    const files = project.pads.flatMap((kept, n) => {
      const voice = voiceOf(state, n);
      if (!kept || !voice) return [];
      const data = this._wav(voice.samples, voice.sound, kept.recipe, kept.trim);
      return [{ name: `${n + 1}-${fileName(kept.recipe)}.wav`, data }];
    });
    const data = new TextEncoder().encode(this._project());
    const archive = writeZip([...files, { name: `project.${PROJECT_ENDING}`, data }], new Date());
    this._download("pads.zip", archive, "application/zip");
  }

  project() {
    this._download(`drums.${PROJECT_ENDING}`, this._project(), "application/json");
  }

  _project() {
    return writeProject(this._app.project, this._model, this._app.client.owns);
  }

  /** Copy a link to the sound being edited. */
  async link() {
    this._autosave.write();
    try {
      await navigator.clipboard.writeText(location.href);
      this._app.notice("The link to this sound is copied.");
    } catch {
      this._app.notice("The link to this sound is in the address bar.");
    }
  }

  /** @param {Float32Array} samples trimmed @param {Sound} sound @param {Recipe} recipe @param {Trim} trim */
  _wav(samples, { sr, recordings }, recipe, trim) {
    const { owns } = this._app.client;
    const forms = ownNumbers(recipe.exemplars).map((number) => owns.bytes(number));
    return wavFile(samples, sr, wavComment(recipe, trim, this._model, recordings), forms);
  }
}

/** @param {Recipe} recipe */
function fileName({ category }) {
  return category.replace(/[^\w-]+/g, "-");
}

/** Eight digits that are the same for the same sound and trim. @param {Recipe} recipe @param {Trim} trim */
function fingerprint(recipe, trim) {
  const bytes = new TextEncoder().encode(keyOf(recipe) + JSON.stringify(trim));
  return crc32(bytes).toString(16).padStart(8, "0");
}

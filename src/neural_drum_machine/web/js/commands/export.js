/** What the page saves: WAV files, the kit, the beat, project files, links. */

import { crc32 } from "../formats/crc32.js";
import { GROOVE_ENDING, writeGroove } from "../formats/groove-file.js";
import { KIT_ENDING } from "../formats/kit-file.js";
import { writeLink } from "../formats/link.js";
import { writeProject } from "../formats/project-file.js";
import { wavFile } from "../formats/wav.js";
import { wavComment } from "../formats/wav-comment.js";
import { writeZip } from "../formats/zip.js";
import { dbOverFull, isPlain, mixed } from "../model/mix.js";
import { keyOf, ownNumbers } from "../model/recipe.js";
import { voiceOf } from "../model/state.js";
import { isWhole } from "../model/trim.js";
import { readStored, writeStored } from "./browser-storage.js";

/** @import { App } from "./app.js" */
/** @import { Autosave } from "./autosave.js" */
/** @import { Channels } from "../model/channels.js" */
/** @import { PadSound } from "../model/kit.js" */
/** @import { Baked } from "../model/mix.js" */
/** @import { Voice } from "../model/state.js" */
/** @import { Sound } from "../net/sound-message.js" */

/** The ending of a project file's name. */
export const PROJECT_ENDING = "ndm-project.json";
const MIX_KEY = "ndm.wav-mix";

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

  /** Whether WAV files hold a sound as it plays in the kit, with its pad's level, pan and pitch; else as it is. */
  get isMixed() {
    return readStored(MIX_KEY) !== "off";
  }

  set isMixed(isMixed) {
    writeStored(MIX_KEY, isMixed ? "on" : "off");
  }

  /** Save the sound being edited. */
  wav() {
    const file = this.file(this._app.project.selected);
    if (file) this._download(file.name, file.data, "audio/wav");
    else this._app.notice("The sound is not loaded yet.", true);
  }

  /** The WAV file of a pad; null if there is none yet. @param {number} n */
  file(n) {
    const { project: { pads }, state } = this._app;
    const [pad, voice] = [pads[n], voiceOf(state, n)];
    if (!pad || !voice) return null;
    const [{ channels, mix }] = this._heard([{ pad, voice }]);
    return { name: `${fileName(pad.name)}-${fingerprint(pad, mix)}.wav`, data: this._wav(channels, voice.sound, pad, mix) };
  }

  /**
   * Sounds as files hold them, with the mix that is in them. They are made softer, all alike, if one of them would pass full
   * scale.
   * @param {{pad: PadSound, voice: Voice}[]} pads
   * @returns {{channels: Channels, mix: Baked}[]}
   */
  _heard(pads) {
    const mixOf = (/** @type {PadSound} */ { level, pan, pitch }) => (this.isMixed ? { level, pan, pitch } : { level: 0, pan: 0, pitch: 0 });
    const heard = pads.map(({ pad, voice }) => ({ channels: mixed(voice.channels, mixOf(pad)), mix: mixOf(pad) }));
    const over = dbOverFull(heard.map(({ channels }) => channels));
    if (!over) return heard;
    this._app.notice(`Saved ${over.toFixed(1)} dB softer than in the kit, because it would be distorted in a file.`);
    return pads.map(({ pad, voice }) => {
      const mix = { ...mixOf(pad), level: mixOf(pad).level - over };
      return { channels: mixed(voice.channels, mix), mix };
    });
  }

  /** Save the kit as `.ndkit`. */
  kit() {
    const { kitName, pads } = this._app.project;
    const text = `${JSON.stringify(this._app.kit.content(), null, 1)}\n`;
    this._download(`${fileName(kitName)}${KIT_ENDING}`, text, "application/json");
    if (pads.some((pad) => pad && !isWhole(pad.trim))) this._app.notice("The kit is saved. Its trims are for this page; other programs play the whole sounds.");
  }

  /** Save the beat as `.ndgroove`. */
  groove() {
    const { beat, pads } = this._app.project;
    this._download(`${fileName(beat.name)}${GROOVE_ENDING}`, `${JSON.stringify(writeGroove(beat, pads), null, 1)}\n`, "application/json");
  }

  /** Save the drum pads and the project. */
  zip() {
    const { project, state } = this._app;
    const missing = project.pads.findIndex((kept, n) => kept && !voiceOf(state, n));
    if (missing >= 0) {
      this._app.notice(`The sound of pad ${missing + 1} is not loaded yet.`, true);
      return;
    }
    const pads = project.pads.flatMap((pad, n) => {
      const voice = voiceOf(state, n);
      return pad && voice ? [{ n, pad, voice }] : [];
    });
    const heard = this._heard(pads);
    const files = pads.map(({ n, pad, voice }, i) => {
      const { channels, mix } = heard[i];
      return { name: `${String(n + 1).padStart(2, "0")}-${fileName(pad.name)}.wav`, data: this._wav(channels, voice.sound, pad, mix) };
    });
    const data = new TextEncoder().encode(this._project());
    const archive = writeZip([...files, { name: `project.${PROJECT_ENDING}`, data }], new Date());
    this._download(`${fileName(project.kitName)}.zip`, archive, "application/zip");
  }

  project() {
    this._download(`drums.${PROJECT_ENDING}`, this._project(), "application/json");
  }

  _project() {
    return writeProject(this._app.project, this._model, this._app.client.owns);
  }

  /** Copy a link to the kit and the beat. */
  async link() {
    const { client, project } = this._app;
    const hash = await writeLink(project, this._model, client.owns);
    const address = `${location.origin}/${hash}`;
    this._autosave.write(); // the address keeps the link until something changes
    history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
    const how = "It opens where the program runs; with another port, paste it on the page.";
    try {
      await navigator.clipboard.writeText(address);
      this._app.notice(`The link to this kit and beat is copied. ${how}`);
    } catch {
      this._app.notice(`The link to this kit and beat is in the address bar. ${how}`);
    }
  }

  /** @param {Channels} channels @param {Sound} sound @param {PadSound} pad @param {Baked} mix that is in the channels */
  _wav(channels, { sr, recordings }, { recipe, trim }, mix) {
    const { owns } = this._app.client;
    const forms = ownNumbers(recipe.exemplars).map((number) => owns.bytes(number));
    return wavFile(channels, sr, wavComment(recipe, trim, this._model, recordings, mix), forms);
  }
}

/** @param {string} name */
function fileName(name) {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "drum";
}

/** Eight digits that are the same for the same sound, trim and mix. @param {PadSound} pad @param {Baked} mix */
function fingerprint({ recipe, trim }, mix) {
  const bytes = new TextEncoder().encode(keyOf(recipe) + JSON.stringify(trim) + (isPlain(mix) ? "" : JSON.stringify(mix)));
  return crc32(bytes).toString(16).padStart(8, "0");
}

/** The export dialog: the sound, the kit for other programs, the beat as a loop, its stems, or MIDI. */

import { writeGroove } from "../formats/groove-file.js";
import { isWhole } from "../model/trim.js";
import { Refusal } from "../net/client.js";
import { byId, make } from "./dom.js";

/** @import { App } from "../commands/app.js" */
/** @import { Export } from "../commands/export.js" */
/** @import { MadeFile } from "../net/library-message.js" */
/** @import { ProgressReply } from "../net/messages.js" */

const FORMATS = /** @type {Record<string, string>} */ ({ wav: "audio/wav", zip: "application/zip", mid: "audio/midi" });

export class ExportView {
  /** @param {App} app @param {Export} files @param {(name: string, data: BlobPart, type: string) => void} download */
  constructor(app, files, download) {
    this._app = app;
    this._download = download;
    this._dialog = /** @type {HTMLDialogElement} */ (byId("export-dialog"));
    this._bar = /** @type {HTMLProgressElement} */ (byId("export-progress"));
    /** @type {AbortController|null} */
    this._running = null;
    /** @type {Record<string, () => void>} */
    const clicks = {
      "save-wav": () => files.wav(),
      "save-pads": () => files.zip(),
      "save-kit": () => files.kit(),
      "save-groove": () => files.groove(),
      "save-project": () => files.project(),
      "save-kit-for": () => void this._kit(),
      "save-loop": () => void this._loop(false),
      "save-stems": () => void this._loop(true),
      "save-midi": () => void this._midi(),
      "export-cancel": () => this._running?.abort(),
    };
    for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
    const mix = /** @type {HTMLSelectElement} */ (byId("export-mix"));
    mix.value = files.isMixed ? "mix" : "plain";
    mix.addEventListener("change", () => (files.isMixed = mix.value === "mix"));
    this._dialog.addEventListener("close", () => document.body.append(byId("notice")));
  }

  open() {
    const { hello } = this._app.state;
    const choice = byId("export-format");
    if (!choice.childElementCount) {
      choice.append(...Object.entries(this._app.kit.formats).map(([value, text]) => make("option", { value, text })));
    }
    if (!hello) return;
    this._dialog.showModal();
    // Messages must be seen, and read out, while the rest of the page is out of reach.
    this._dialog.append(byId("notice"));
  }

  /** @param {string} id */
  _value(id) {
    return /** @type {HTMLSelectElement} */ (byId(id)).value;
  }

  get _quality() {
    return { rate: Number(this._value("export-rate")), bits: this._value("export-bits") };
  }

  async _kit() {
    const layers = Number(this._value("export-layers"));
    const { client, kit, project } = this._app;
    const isTrimmed = project.pads.some((pad) => pad && !isWhole(pad.trim));
    const notes = isTrimmed ? ["Trims are for this page: the kit has the whole sounds."] : [];
    await this._run("Rendering the kit", (following) => client.ask("export_kit", {
      kit: kit.content(), format: this._value("export-format"), layers, round_robins: layers > 1 ? 3 : 1, ...this._quality,
    }, following), notes);
  }

  /** @param {boolean} stems */
  async _loop(stems) {
    const { client, kit, project: { beat } } = this._app;
    const groove = this._groove();
    if (!groove) return;
    await this._run(stems ? "Rendering the stems" : "Rendering the loop", (following) => client.ask("humanize", {
      kit: kit.content(), groove, amount: beat.human, stems, missing: "skip", ...this._quality,
    }, following));
  }

  async _midi() {
    const groove = this._groove();
    if (groove) await this._run("Writing MIDI", (following) => this._app.client.ask("groove_export", { groove }, following));
  }

  /** The beat that plays; null if it has no stroke. @returns {any} */
  _groove() {
    const { beat, pads } = this._app.project;
    const groove = writeGroove(beat, pads, Number(this._value("export-times")));
    if (groove.steps.length) return groove;
    this._app.notice("The beat has no steps yet. Set some, or choose one of the beats.", true);
    return null;
  }

  /**
   * Have a file made, show how far it has come, and save it.
   * @param {string} words
   * @param {(following: {progress: (progress: ProgressReply) => void, signal: AbortSignal}) => Promise<MadeFile>} ask
   * @param {string[]} [notes]
   */
  async _run(words, ask, notes = []) {
    if (this._running) return;
    this._running = new AbortController();
    byId("export-running").hidden = false;
    byId("export-words").textContent = `${words} …`;
    this._bar.removeAttribute("value");
    try {
      const progress = (/** @type {ProgressReply} */ { done, stage, total }) => {
        this._bar.max = total;
        this._bar.value = done;
        byId("export-words").textContent = `${words}: ${stage} ${done} of ${total}`;
      };
      const file = await ask({ progress, signal: this._running.signal });
      this._download(file.name, file.bytes, FORMATS[file.name.split(".").pop() ?? ""] ?? "application/octet-stream");
      this._app.notice([`${file.name} is saved.`, ...file.notes, ...notes].join(" "));
    } catch (error) {
      if (error instanceof Refusal && error.code === "cancelled") this._app.notice("The export is cancelled.");
      else if (error instanceof Refusal && error.code === "away") this._app.notice("The server is not running. Export again when it is back.", true);
      else this._app.report(error);
    } finally {
      this._running = null;
      byId("export-running").hidden = true;
    }
  }
}

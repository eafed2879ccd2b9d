/** The kit: drawn, varied, opened and written. Locked pads stay. */

import { GROOVE_FORMAT, readGroove, withGroove } from "../formats/groove-file.js";
import { readKit, writeKit } from "../formats/kit-file.js";
import { isOf } from "../model/recipe.js";
import { Refusal } from "../net/client.js";

/** @import { App } from "./app.js" */
/** @import { ReadKit } from "../formats/kit-file.js" */
/** @import { Project } from "../model/project.js" */
/** @import { KitContent, Recording } from "../net/messages.js" */

/** Voices of a new kit. */
const VOICES = 16;
/** What the page begins with: a kit of the packaged model, and a beat (`scripts/build_starter` writes it). */
const STARTER = new URL("../../starter.json", import.meta.url);

export class KitCommands {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    /** Beats to start with, contents of `.ndgroove`. @type {readonly {name: string}[]} */
    this.grooves = [];
    /** Styles of a new kit. @type {readonly string[]} */
    this.styles = [];
    /** Programs that a kit can be exported for, by the format's name. @type {Readonly<Record<string, string>>} */
    this.formats = {};
  }

  /** Learn what the server offers to start with. */
  async learn() {
    try {
      const { formats, grooves, kits } = await this._app.client.ask("styles", {});
      [this.formats, this.grooves, this.styles] = [formats, grooves, kits];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the menus stay empty
    }
  }

  /** Draw a new kit. @param {string} [style] */
  async draw(style) {
    await this._during("Drawing a kit …", async () => {
      const { kit } = await this._app.client.ask("kit", { voices: VOICES, wild: this._app.project.wild, ...(style && { style }) });
      await this._take(kit, "This is another kit. Undo brings the last one back.");
    });
  }

  /** Vary the kit. @param {number} amount */
  async vary(amount) {
    await this._during("Varying the kit …", async () => {
      const { kit } = await this._app.client.ask("kit_vary", { kit: this.content(), amount });
      await this._take(kit, "The kit is varied. Undo brings the last one back.");
    });
  }

  /** Draw the selected pad again, so that it suits the kit. */
  async swap() {
    const { project } = this._app;
    const pad = project.pads[project.selected];
    if (!pad) return;
    await this._during(`Drawing ${pad.name} again …`, async () => {
      const { kit } = await this._app.client.ask("kit_swap", { kit: this.content(), voice: pad.name });
      const read = await this._read(kit);
      const drawn = read.pads.find((each) => each?.name === pad.name);
      if (drawn) await this._app.restore(drawn.recipe, {});
    });
  }

  /** The kit as a `.ndkit` file has it. @returns {KitContent} */
  content() {
    const { client, project, state } = this._app;
    const recordings = state.voices.flatMap((voice) => (voice ? [voice] : []));
    const of = (/** @type {import("../model/recipe.js").Recipe} */ recipe) =>
      /** @type {Recording[]} */ (recordings.find(({ sound }) => isOf(sound, recipe))?.sound.recordings ?? []);
    return writeKit(project, state.hello?.hash ?? "", client.owns, of);
  }

  /** Open a kit's content. @param {any} content @param {string} [words] */
  async open(content, words = "") {
    const read = await this._read(content);
    const { hash } = this._app.state.hello ?? {};
    const differs = read.model === hash ? "" : " It was made with another model: its sounds may differ.";
    const left = read.left ? ` ${read.left} more voices find no pad.` : "";
    await this._put(read, `${words || `${read.name} is open.`}${left}${differs}`);
  }

  /** @param {any} content */
  _read(content) {
    const { client, state: { hello } } = this._app;
    if (!hello) throw new Error("The server is not running.");
    return readKit(content, hello, (form) => client.tellForm(form));
  }

  /** Take a kit that was drawn: locked pads stay. @param {KitContent} content @param {string} words */
  async _take(content, words) {
    const read = await this._read(content);
    const { pads } = this._app.project;
    const locked = new Set(pads.flatMap((pad) => (pad?.locked ? pad.name.toLowerCase() : [])));
    const drawn = read.pads.filter((pad) => pad && !locked.has(pad.name.toLowerCase()));
    const notes = new Set(pads.flatMap((pad) => (pad?.locked ? pad.note : [])));
    const free = drawn.filter((pad) => pad && !notes.has(pad.note));
    await this._put({ ...read, pads: pads.map((pad) => (pad?.locked ? pad : free.shift() ?? null)) }, words);
  }

  /** @param {ReadKit} read @param {string} words */
  async _put({ name, pads, style }, words) {
    const { client, project } = this._app;
    await Promise.all(pads.map((pad) => pad && this._app.cache.get(pad.recipe)));
    if (!client.isOpen) return;
    this._app.change({ kitName: name, kitStyle: style, pads, selected: pads[project.selected] ? project.selected : 0 });
    await this._app.catchUp(false);
    if (words) this._app.notice(words);
  }

  /**
   * The kit and the beat that the page begins with.
   * @returns {Promise<Pick<Project, "beat"|"kitName"|"kitStyle"|"pads">|null>} null if there is none of this model
   */
  async starter() {
    const { project, state: { hello } } = this._app;
    try {
      const { groove, kit } = await (await fetch(STARTER)).json();
      const content = kit.model === hello?.hash ? kit : (await this._app.client.ask("kit", { voices: VOICES, seed: 1 })).kit;
      const { name, pads, style } = await this._read(content);
      const beat = groove[GROOVE_FORMAT] ? withGroove(project.beat, readGroove(groove, pads)).beat : project.beat;
      return { kitName: name, kitStyle: style, pads, beat };
    } catch (error) {
      if (error instanceof TypeError) return null; // the file is not there
      this._app.report(error);
      return null;
    }
  }

  /** @param {string} words @param {() => Promise<void>} task */
  async _during(words, task) {
    const { store } = this._app;
    store.dispatch({ type: "wait-began", words });
    try {
      await task();
    } catch (error) {
      this._app.report(error);
    } finally {
      store.dispatch({ type: "wait-ended" });
    }
  }
}

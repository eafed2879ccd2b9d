/** The dialog of taught axes: those that there are, and the sounds that teach another one. */

import { categoryLabel } from "../model/labels.js";
import { projectOf } from "../model/state.js";
import { axesOf, doubtWords, effectWords } from "../model/taught-axes.js";
import { MOST_EXAMPLES } from "../commands/taught-axes.js";
import { recipeOf } from "../model/recipe.js";
import { byId, make } from "./dom.js";

/** @import { App } from "../commands/app.js" */
/** @import { Recipe } from "../model/recipe.js" */
/** @import { TaughtAxis } from "../net/messages.js" */

/** @typedef {"more"|"less"|""} Side */
/** A sound that may teach an axis. @typedef {{words: string, recipe: Recipe, side: Side}} Candidate */

const SIDES = /** @type {const} */ ([["more", "more"], ["", "neither"], ["less", "less"]]);

export class AxesView {
  /** @param {App} app @param {(name: string, data: BlobPart, type: string) => void} download */
  constructor(app, download) {
    this._app = app;
    this._download = download;
    this._dialog = /** @type {HTMLDialogElement} */ (byId("axes"));
    this._name = /** @type {HTMLInputElement} */ (byId("axis-name"));
    this._learn = /** @type {HTMLButtonElement} */ (byId("axis-learn"));
    /** @type {Candidate[]} */
    this._candidates = [];
    byId("open-axes").addEventListener("click", () => this.open());
    byId("axes-close").addEventListener("click", () => this._dialog.close());
    byId("axis-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this._teach();
    });
    this._name.addEventListener("input", () => this._update());
    const chooser = /** @type {HTMLInputElement} */ (byId("axis-file"));
    byId("axis-add").addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      const files = [...(chooser.files ?? [])];
      chooser.value = ""; // so that the same file can be chosen again
      void this.add(files);
    });
    app.store.subscribe((state, before) => {
      if (this.isOpen && projectOf(state) !== projectOf(before)) this._list();
    });
  }

  get isOpen() {
    return this._dialog.open;
  }

  open() {
    const { a, b, pads } = this._app.project;
    const all = [...pads.map((pad, n) => [`Pad ${n + 1}`, pad?.recipe]), ["A", a?.recipe], ["B", b?.recipe]];
    this._candidates = /** @type {[string, Recipe|null|undefined][]} */ (all).flatMap(([place, each]) =>
      each ? [{ words: `${place}: ${categoryLabel(each.category)}`, recipe: each, side: /** @type {Side} */ ("") }] : []);
    byId("axis-answer").textContent = "";
    this._name.value = "";
    byId("axis-sounds").replaceChildren(...this._candidates.map((each, n) => this._row(each, n)));
    this._list();
    this._update();
    this._dialog.showModal();
  }

  /** Take sound files as candidates. @param {File[]} files */
  async add(files) {
    const { client } = this._app;
    for (const file of files) {
      this._tell(`Reading ${file.name} …`);
      try {
        const sound = await client.upload(await file.arrayBuffer(), { name: file.name.slice(0, 256) });
        const each = { words: `${file.name}: ${categoryLabel(sound.category)}`, recipe: recipeOf(sound), side: /** @type {Side} */ ("") };
        this._app.cache.keep(each.recipe, sound);
        this._candidates.push(each);
        byId("axis-sounds").append(this._row(each, this._candidates.length - 1));
        this._tell("");
      } catch (error) {
        this._tell(/** @type {Error} */ (error).message);
        return;
      }
    }
  }

  /** @param {Candidate} candidate @param {number} n */
  _row(candidate, n) {
    const { words } = candidate;
    const onchange = (/** @type {Event} */ event) => {
      candidate.side = /** @type {Side} */ (/** @type {HTMLInputElement} */ (event.target).value);
      this._update();
    };
    const choices = SIDES.map(([value, text]) => make(
      "label", {}, make("input", { type: "radio", name: `axis-sound-${n}`, value, checked: value === candidate.side }), make("span", { text }),
    ));
    const play = make("button", { type: "button", class: "quiet", "aria-label": `Play ${words}`, onclick: () => void this._play(candidate.recipe) });
    // The page's own file names the picture: its address of it is the cached one.
    play.append(/** @type {HTMLTemplateElement} */ (byId("play-picture")).content.cloneNode(true), make("span", { text: words }));
    return make(
      "fieldset", { class: "axis-sound", onchange }, make("legend", { class: "unseen", text: words }),
      play, make("div", { class: "segments" }, ...choices),
    );
  }

  /** @param {Recipe} recipe */
  async _play(recipe) {
    const { cache, output } = this._app;
    try {
      const { channels, sr } = await cache.get(recipe);
      output.wake();
      output.preview(channels, sr);
    } catch (error) {
      this._app.report(error);
    }
  }

  /** @param {Side} side */
  _of(side) {
    return this._candidates.filter((each) => each.side === side).map(({ recipe }) => recipe);
  }

  _update() {
    const counts = [this._of("more").length, this._of("less").length];
    const isEnough = counts.every((count) => count >= 2 && count <= MOST_EXAMPLES);
    byId("axis-counts").textContent = `${counts[0]} more, ${counts[1]} less`;
    this._learn.disabled = !isEnough || !this._name.value.trim();
  }

  async _teach() {
    this._learn.disabled = true;
    this._tell("Learning …");
    const axis = await this._app.axes.teach(this._name.value.trim(), this._of("more"), this._of("less"));
    const { hello, notice } = this._app.state;
    // A message of the page lies behind the dialog.
    this._tell(axis ? `Learned ${axis.name}, a knob of the page now. ${effectWords(axis, hello)} ${doubtWords(axis)}` : notice?.sentence ?? "");
    this._update();
  }

  /** @param {string} words */
  _tell(words) {
    byId("axis-answer").textContent = words;
  }

  /** The axes that there are. */
  _list() {
    const { project, state: { hello } } = this._app;
    const axes = axesOf(project);
    byId("axes-list").replaceChildren(...axes.map((axis) => this._item(axis, axis.model === hello?.hash)));
    byId("axes-list").hidden = !axes.length;
  }

  /** @param {TaughtAxis} axis @param {boolean} isOfModel */
  _item(axis, isOfModel) {
    const { name } = axis;
    const words = isOfModel
      ? `${effectWords(axis, this._app.state.hello)} ${doubtWords(axis)}`
      : `It was learned with another model, ${axis.model.slice(0, 12)}. Teach it again from its examples.`;
    return make(
      "li", {}, make("strong", { text: name }), make("span", { class: "small", text: words }),
      make("button", { type: "button", class: "quiet lined", "aria-label": `Save ${name}`, text: "Save", onclick: () => this._save(axis) }),
      make("button", { type: "button", class: "quiet lined", "aria-label": `Remove ${name}`, text: "Remove", onclick: () => void this._app.axes.remove(axis) }),
    );
  }

  /** @param {TaughtAxis} axis */
  _save(axis) {
    const { name, text } = this._app.axes.file(axis);
    this._download(name, text, "application/json");
  }
}

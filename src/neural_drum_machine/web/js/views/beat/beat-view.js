/** The beat: transport, patterns, the song row, and what plays now. */

import { LETTERS, PATTERNS, STEPS, isEmpty } from "../../model/beat.js";
import { PADS } from "../../model/kit.js";
import { projectOf } from "../../model/state.js";
import { atRest } from "../controls/key-repeat.js";
import { byId, make, write } from "../dom.js";
import { fitCanvas } from "../drawing/canvas.js";
import { accent, hueOf, themed } from "../drawing/color.js";
import { Grid } from "./grid.js";
import { StepEditor } from "./step-editor.js";

/** @import { App } from "../../commands/app.js" */
/** @import { Position } from "../../audio/sequencer.js" */
/** @import { State } from "../../model/state.js" */

export class BeatView {
  /** @param {App} app */
  constructor(app) {
    this._app = app;
    const { beat, drumPads } = app;
    this._grid = new Grid({
      set: (pad, at, values, isStep) => beat.setStep(pad, at, values, isStep),
      select: (pad, at) => beat.selectStep(pad, at),
      press: (pad) => drumPads.press(pad),
      mute: (pad) => beat.toggleMute(pad),
      solo: (pad) => beat.toggleSolo(pad),
    });
    this._editor = new StepEditor((pad, at, values, isStep) => beat.setStep(pad, at, values, isStep));
    /** Steps that were handed over, and are not heard yet. @type {Position[]} */
    this._coming = [];
    this._isRunning = false;
    /** The song row that is shown. @type {readonly number[]|null} */
    this._song = null;
    this._now = -1;
    this._hasOverview = false;
    this._bind();
    this._fill();
    beat.addEventListener("step", (event) => {
      this._coming.push(/** @type {CustomEvent} */ (event).detail);
      this._run();
    });
    new ResizeObserver(([{ contentRect }]) => {
      this._hasOverview = contentRect.width > 0;
      this._overview(app.state);
    }).observe(byId("overview"));
  }

  _bind() {
    const { beat } = this._app;
    const slider = (/** @type {string} */ id, /** @type {"swing"|"human"} */ name) => {
      const input = /** @type {HTMLInputElement} */ (byId(id));
      input.addEventListener("input", () => beat.set({ [name]: Number(input.value) }, false));
      input.addEventListener("change", atRest(() => beat.set({ [name]: Number(input.value) })));
    };
    slider("swing", "swing");
    slider("human", "human");
    const tempo = /** @type {HTMLInputElement} */ (byId("tempo"));
    tempo.addEventListener("change", () => {
      const value = Number(tempo.value.replace(",", "."));
      if (Number.isFinite(value) && value > 0) beat.setTempo(value);
      tempo.value = String(this._app.project.beat.tempo); // what is out of range is brought into it
    });
    byId("run").addEventListener("click", () => beat.toggle());
    byId("record").addEventListener("click", () => beat.toggleRecording());
    byId("tap").addEventListener("click", () => beat.tap());
    byId("song-on").addEventListener("click", () => beat.playSong(!this._app.project.beat.isSong));
    byId("song-add").addEventListener("click", () => beat.addToSong(this._app.project.beat.shown));
    byId("patterns").addEventListener("change", ({ target }) => beat.show(Number(/** @type {HTMLInputElement} */ (target).value)));
  }

  _fill() {
    byId("patterns").append(...Array.from({ length: PATTERNS }, (_, n) => make(
      "label", {}, make("input", { type: "radio", name: "pattern", value: n, "aria-label": `Pattern ${LETTERS[n]}` }), make("span", { text: LETTERS[n] }),
    )));
  }

  /** @param {State} state */
  show(state) {
    const { beat } = projectOf(state);
    this._grid.show(state);
    this._editor.show(state);
    const tempo = /** @type {HTMLInputElement} */ (byId("tempo"));
    if (document.activeElement !== tempo) tempo.value = String(beat.tempo);
    show("swing", beat.swing, `${Math.round(100 * beat.swing)} %`);
    show("human", beat.human, beat.human ? `${Math.round(100 * beat.human)} %` : "off");
    for (const input of document.querySelectorAll("input[name=pattern]")) {
      const each = /** @type {HTMLInputElement} */ (input);
      each.checked = Number(each.value) === beat.shown;
      each.parentElement?.classList.toggle("is-empty", isEmpty(beat.patterns[Number(each.value)]));
    }
    byId("song-on").setAttribute("aria-pressed", String(beat.isSong));
    if (beat.song !== this._song) this._showSong(beat.song);
    this._overview(state);
  }

  /** The song row. @param {readonly number[]} song */
  _showSong(song) {
    this._song = song;
    byId("song").replaceChildren(...song.map((n, place) => make("button", {
      type: "button", class: "song-part", text: LETTERS[n], "aria-label": `Part ${place + 1}: pattern ${LETTERS[n]}; remove it`,
      title: "Remove", onclick: () => this._app.beat.removeFromSong(place),
    })));
  }

  /** @param {State} state */
  showTransport({ isPlaying, isRecording }) {
    const run = byId("run");
    run.setAttribute("aria-pressed", String(isPlaying));
    /** @type {HTMLElement} */ (run.querySelector("span")).textContent = isPlaying ? "Stop" : "Start";
    const use = /** @type {Element} */ (run.querySelector("use"));
    use.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, isPlaying ? "#stop" : "#play"));
    byId("record").setAttribute("aria-pressed", String(isRecording));
    document.body.classList.toggle("is-playing", isPlaying);
    if (isPlaying) return;
    this._coming = [];
    this._light(-1);
  }

  /** Light the step that is heard. It runs while steps come. */
  _run() {
    if (this._isRunning) return;
    this._isRunning = true;
    const look = () => {
      const { output, state } = this._app;
      const heard = output.context.currentTime - output.latency;
      let now = null;
      while (this._coming.length && this._coming[0].when <= heard) now = this._coming.shift() ?? null;
      if (now && state.isPlaying) this._light(now.at, now);
      this._isRunning = state.isPlaying;
      if (this._isRunning) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  /** @param {number} at @param {Position} [position] */
  _light(at, position) {
    const { beat } = this._app.project;
    if (at !== this._now) this._grid.light(at, position?.pattern === beat.shown);
    this._now = at;
    const place = position && beat.isSong ? position.bar % beat.song.length : -1;
    [...byId("song").children].forEach((part, n) => part.classList.toggle("is-now", n === place));
  }

  /** All pads' strokes in small, for narrow screens. @param {State} state */
  _overview(state) {
    if (!this._hasOverview) return;
    const { context, width, height } = fitCanvas(/** @type {HTMLCanvasElement} */ (byId("overview")));
    const { beat, pads, selected } = projectOf(state);
    const [w, h] = [width / STEPS, height / PADS];
    context.fillStyle = themed("--raised");
    context.fillRect(0, selected * h, width, h);
    beat.patterns[beat.shown].forEach((row, pad) => row.forEach((step, at) => {
      if (!step) return;
      context.fillStyle = accent(hueOf(pads[pad]?.recipe.category ?? "", state.hello?.categories ?? []), 0.35 + (0.65 * step.velocity) / 127);
      context.fillRect(at * w + 1, pad * h + 1, w - 2, h - 2);
    }));
  }
}

/** @param {string} id @param {number} value @param {string} words */
function show(id, value, words) {
  const input = /** @type {HTMLInputElement} */ (byId(id));
  input.value = String(value);
  input.setAttribute("aria-valuetext", words.replace("%", "percent"));
  write(byId(`${id}-reading`), words);
}

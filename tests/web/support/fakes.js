/** A server and an audio output for the commands: requests are recorded and answered by the test. */

import { App } from "../../../src/neural_drum_machine/web/js/commands/app.js";
import { reduce } from "../../../src/neural_drum_machine/web/js/model/reducer.js";
import { initialState } from "../../../src/neural_drum_machine/web/js/model/state.js";
import { Store } from "../../../src/neural_drum_machine/web/js/model/store.js";
import { FIRST_OWN } from "../../../src/neural_drum_machine/web/js/model/recipe.js";
import { OwnSounds } from "../../../src/neural_drum_machine/web/js/net/own-sounds.js";
import { HELLO, sound } from "./values.js";

/** Requests that no sound answers: the test gives the whole answer. */
const QUESTIONS = ["library", "library_map", "library_find", "library_near", "library_like", "library_audio", "layers", "kit", "styles"];

export class FakeClient extends EventTarget {
  asked = [];
  isOpen = true;
  isIdle = true;
  isRecentSound = true;
  owns = new OwnSounds();

  connect() {}

  /** Take an own sound; its first byte says which it is. */
  tellForm(form) {
    this.owns.keep(FIRST_OWN + form[0], btoa(String.fromCharCode(...form)));
    return Promise.resolve(FIRST_OWN + form[0]);
  }

  /** Answer the connection. */
  open(hello) {
    this.dispatchEvent(new CustomEvent("open", { detail: hello }));
  }

  ask(type, values) {
    if (type === "pad_map") return Promise.resolve({ brightness: [[1]], decay: [[1]] });
    return this._record({ type, values });
  }

  upload(file, values) {
    return this._record({ type: "upload", values, file });
  }

  isRecent() {
    return this.isRecentSound;
  }

  _record(request) {
    return new Promise((resolve, reject) => {
      const isQuestion = QUESTIONS.includes(request.type);
      const answer = (values = {}) => {
        if (request.type === "describe") resolve({ values });
        else if (request.type === "axis") resolve({ axis: values });
        else resolve(isQuestion ? values : soundFor(request, values));
      };
      this.asked.push({ ...request, answer, reject });
    });
  }
}

/** The answer that a request asks for. */
function soundFor({ type, values }, changes) {
  const { category = "kick", code = [Math.random()], seed = type === "recall" ? -1 : 7, take = 0 } = values;
  const { inverter = "refined", to = null, t = 0, wild = 1, p1 = 0, p2 = 0, p3 = 0, exemplars, blend } = values;
  const asked = HELLO.qualities.filter(({ name }) => name in values).map(({ name }) => [name, values[name]]);
  const wish = asked.length ? { wish: Object.fromEntries(asked) } : {};
  const { axes } = values;
  // The axes add their amounts to the code.
  const along = axes && { along: { axes, code, wish: Object.fromEntries(asked) }, code: code.map((v) => axes.reduce((sum, { amount }) => sum + amount, v)) };
  const resting = { ...(exemplars && { exemplars }), ...(blend && { blend }), ...wish, ...along };
  return sound({ category, code, seed, take, inverter, to, t, wild, p: [p1, p2, p3], ...resting, ...changes });
}

export class FakeOutput {
  played = [];
  context = { currentTime: 0 };
  latency = 0;
  wake() {}
  buffer() {}
  play(channels, sr, touch = {}) {
    this.played.push({ channels, ...touch });
    return { at: touch.when ?? 0 };
  }
  preview(channels, sr, touch) {
    this.play(channels, sr, touch);
  }
}

/** An app that is connected, with a first sound. */
export async function startApp() {
  const [client, output] = [new FakeClient(), new FakeOutput()];
  const app = new App(new Store(reduce, initialState()), client, output);
  app.store.dispatch({ type: "connected", hello: HELLO });
  const begun = app.request("generate", { category: "kick", p1: 0, p2: 0, p3: 0 }, { play: false, step: false });
  client.asked.pop().answer({ seed: -1 });
  await begun;
  return { app, client, output };
}

/** Let everything that waits for an answer go on. */
export const turn = () => new Promise((go) => setImmediate(go));

/** Wait until a test holds. */
export async function until(holds) {
  while (!holds()) await turn();
}

/** Answer every request until a promise is settled; return its value. */
export async function answerAll(client, promise, values) {
  let isSettled = false;
  const end = () => (isSettled = true);
  promise.then(end, end);
  while (!isSettled) {
    client.asked.shift()?.answer(values);
    await turn();
  }
  return promise;
}

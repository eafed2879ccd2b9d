// What the tests read of the page. Added to every page before its own scripts.
globalThis.probe = {
  /** Every sound that starts, with how it is played. */
  hits: [],

  /** The samples of the last of them: of its first channel. */
  samples: new Float32Array(0),

  /** Begin to record hits. */
  watch() {
    const { output } = ndm.app;
    const play = output.play.bind(output);
    output.play = (channels, sr, touch = {}) => {
      const [samples] = channels;
      probe.hits.push({ samples: samples.length, channels: channels.length, gain: 1, pan: 0, semitones: 0, ...touch });
      probe.samples = samples;
      return play(channels, sr, touch);
    };
  },

  /** Messages that were shown, and that no test has read yet. */
  notices: [],

  /** Record messages when they are shown: on a busy computer they may end before a test looks. */
  listen() {
    const box = document.getElementById("notice");
    const record = () => {
      const { classList } = box;
      if (!classList.contains("on")) return;
      probe.notices.push({ sentence: box.textContent, isError: classList.contains("bad") });
    };
    if (box) new MutationObserver(record).observe(box, { attributes: true, childList: true });
  },

  /** Wait for a message that no test has read, an error or not, and return its words. */
  async told(isError) {
    const find = () => probe.notices.findLast((notice) => notice.isError === isError);
    await probe.until(find);
    const { sentence } = find();
    probe.notices.length = 0;
    return sentence;
  },

  async until(holds, ms = 240000) {
    const end = performance.now() + ms;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`never: ${holds}`);
      await new Promise((go) => setTimeout(go, 5));
    }
  },

  /** Wait until every request is answered, and its answer is shown. */
  async settled() {
    const isSettled = () => ndm.app.client.isIdle && !ndm.app.state.moving && !ndm.app.state.busy.count;
    await probe.until(isSettled);
    await new Promise((go) => setTimeout(go)); // for what waits for the answer
    await probe.until(isSettled);
  },

  /** Wait until the next picture is drawn. */
  drawn: () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))),

  /** Wait until audio runs; returns the analyser. */
  async analyser() {
    const { output } = ndm.app;
    output.wake();
    await output.isLimited;
    await probe.until(() => output.isRunning);
    return output.analyser;
  },

  /** Wait until nothing sounds. */
  async silence() {
    const analyser = await probe.analyser();
    const data = new Float32Array(analyser.fftSize);
    await probe.until(() => {
      analyser.getFloatTimeDomainData(data);
      return data.every((v) => Math.abs(v) < 1e-6);
    });
  },

  /** The power, at all frequencies together, of what plays meanwhile. */
  async power(act, ms) {
    const analyser = await probe.analyser();
    const data = new Float32Array(analyser.frequencyBinCount);
    let total = 0;
    act();
    const end = performance.now() + ms;
    while (performance.now() < end) {
      analyser.getFloatFrequencyData(data);
      total = data.reduce((sum, v) => sum + 10 ** (v / 10), total);
      await new Promise((go) => setTimeout(go, 4));
    }
    return total;
  },

  /** The channels of a sound as text: 16-bit samples, left and right in turn. */
  pcm(channels = ndm.app.state.sound.channels) {
    const pcm = (n, i) => Math.round(32768 * channels[n][i]);
    const length = channels.length * channels[0].length;
    return probe.text(Int16Array.from({ length }, (_, i) => pcm(i % channels.length, Math.floor(i / channels.length))));
  },

  /** Samples as text: as numbers, a second of them takes a second to leave the browser. */
  text(samples) {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  },

  /** Leave one drum on the first pad, the typical one of the first category, and an empty beat: nothing is random. */
  async bare() {
    const { app } = ndm;
    await probe.settled();
    const pads = app.project.pads.map(() => null);
    const patterns = app.project.beat.patterns.map((rows) => rows.map((row) => row.map(() => null)));
    const beat = { ...app.project.beat, tempo: 120, swing: 0.5, patterns, song: [0], isSong: false };
    app.store.dispatch({ type: "project-opened", project: { ...app.project, pads, selected: 0, beat, recipe: null }, isStep: false });
    const first = { category: app.state.hello.categories[0], p1: 0, p2: 0, p3: 0 };
    await app.request("generate", first, { play: false, step: false });
    await probe.settled();
  },

  recipe: () => structuredClone(ndm.app.project.recipe),
  project: () => JSON.parse(JSON.stringify(ndm.app.project)),
  steps: () => ndm.app.state.history.past.length,
};
addEventListener("DOMContentLoaded", probe.listen);

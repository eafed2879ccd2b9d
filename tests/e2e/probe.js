// What the tests read of the page. Added to every page before its own scripts.
globalThis.probe = {
  /** Every sound that starts, with how it is played. */
  hits: [],

  /** Begin to record hits. */
  watch() {
    const { output } = ndm.app;
    const play = output.play.bind(output);
    output.play = (samples, sr, touch = {}) => {
      probe.hits.push({ samples: samples.length, ...touch });
      return play(samples, sr, touch);
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

  async until(holds, ms = 60000) {
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

  /** The power from 0 Hz to half the sample rate while something plays; shares of three bands. */
  async spectrum(act, ms) {
    const analyser = await probe.analyser();
    const data = new Float32Array(analyser.frequencyBinCount);
    const sum = new Float64Array(data.length);
    act();
    const end = performance.now() + ms;
    while (performance.now() < end) {
      analyser.getFloatFrequencyData(data);
      for (let i = 0; i < data.length; i++) sum[i] += 10 ** (data[i] / 10);
      await new Promise((go) => setTimeout(go, 4));
    }
    const hz = analyser.context.sampleRate / analyser.fftSize;
    const total = sum.reduce((a, b) => a + b, 0);
    const share = (low, high) =>
      sum.reduce((a, v, i) => a + (i * hz >= low && i * hz < high ? v : 0), 0) / total;
    return { total, low: share(0, 250), middle: share(250, 2500), high: share(2500, 1e5) };
  },

  /** 16-bit samples as text: as numbers, a second of them takes a second to leave the browser. */
  pcm(samples = ndm.app.state.sound.pcm) {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  },

  recipe: () => structuredClone(ndm.app.project.recipe),
  project: () => JSON.parse(JSON.stringify(ndm.app.project)),
  steps: () => ndm.app.state.history.past.length,
};
addEventListener("DOMContentLoaded", probe.listen);

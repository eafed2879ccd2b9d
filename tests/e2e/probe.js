// What the tests see of the page: every hit with its touch, and the spectrum of what is heard.
globalThis.probe = {
  hits: [],
  watch() {
    const { output } = ndm.app;
    const play = output.play.bind(output);
    output.play = (samples, sr, touch = {}) => {
      probe.hits.push({ samples: samples.length, ...touch });
      return play(samples, sr, touch);
    };
  },
  /** The power at the analyser from 0 Hz to half its rate while something is done, and after. */
  async spectrum(act, ms = 500) {
    const { output } = ndm.app;
    output.wake();
    while (!output.isRunning) await new Promise((go) => setTimeout(go, 5));
    const { analyser, context } = output;
    const data = new Float32Array(analyser.frequencyBinCount);
    const sum = new Float64Array(data.length);
    await act();
    const end = performance.now() + ms;
    while (performance.now() < end) {
      analyser.getFloatFrequencyData(data);
      for (let i = 0; i < data.length; i++) sum[i] += 10 ** (data[i] / 10);
      await new Promise((go) => setTimeout(go, 4));
    }
    const hz = context.sampleRate / analyser.fftSize;
    const total = sum.reduce((a, b) => a + b, 0);
    const share = (low, high) =>
      sum.reduce((a, v, i) => a + (i * hz >= low && i * hz < high ? v : 0), 0) / total;
    return { total, low: share(0, 250), middle: share(250, 2500), high: share(2500, 1e5) };
  },
  async until(test, ms = 20000) {
    const end = performance.now() + ms;
    while (!test()) {
      if (performance.now() > end) throw new Error(`never: ${test}`);
      await new Promise((go) => setTimeout(go, 5));
    }
  },
  /** 16-bit samples as text: as numbers, a second of them takes a second to get out of the browser. */
  pcm(samples = ndm.app.sound.pcm) {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  },
  recipe: () => structuredClone(ndm.app.project.recipe),
  project: () => JSON.parse(JSON.stringify(ndm.app.project)),
};

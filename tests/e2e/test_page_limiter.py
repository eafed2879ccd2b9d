"""The limiter: many sounds at once never exceed full scale, and one sound passes unchanged."""

import pytest
from tests.support.page import draw, settled, until

RENDER = """async ([pans, delay]) => {
  const { makeLimiter } = await import("/js/audio/output.js");
  const context = new OfflineAudioContext(2, 48000, 48000);
  const node = await makeLimiter(context);
  node.connect(context.destination);
  const one = new Float32Array(24000);
  // A full-scale hit with a sharp attack, then noise.
  for (let i = 0; i < one.length; i++) {
    one[i] = Math.exp(-i / 4000) * (i % 3 ? Math.sin(i / 20) : Math.cos(1e4 * Math.sin(i * i)));
  }
  pans.forEach((pan, n) => {
    const source = context.createBufferSource();
    source.buffer = context.createBuffer(1, one.length, 48000);
    source.buffer.copyToChannel(one, 0);
    const panner = context.createStereoPanner();
    panner.pan.value = pan ?? 0;
    (pan === null ? source : source.connect(panner)).connect(node);
    source.start(n * delay);
  });
  const out = await context.startRendering();
  const sides = [0, 1].map((c) => out.getChannelData(c));
  return {
    peaks: sides.map((side) => side.reduce((peak, v) => Math.max(peak, Math.abs(v)), 0)),
    isSame: sides.every((side) => one.every((v, i) => side[i + 64] === v)),
    end: sides.map((side) => Math.max(...side.slice(-8000).map(Math.abs))),
  };
}"""


@pytest.mark.parametrize(
    ("pans", "delay"),
    [([None] * 2, 0), ([None] * 8, 0), ([1, 1, 1, -1], 0.003), ([None, 0.4, None, None], 0.05)],
)
def test_no_sample_exceeds_full_scale_however_many_sounds_play(shared_page, pans, delay):
    out = shared_page.evaluate(RENDER, [pans, delay])
    assert max(out["peaks"]) <= 1
    assert max(out["peaks"]) > 0.9  # no softer than necessary


def test_one_sound_is_the_same_to_the_bit(shared_page):
    out = shared_page.evaluate(RENDER, [[None], 0])
    assert out["isSame"]
    assert out["end"] == [0, 0]


# A busy computer may look past the loudest moment: then it plays again.
PLAY = """async (pads) => {
  await probe.silence();
  const { drumPads, output } = ndm.app;
  const data = new Float32Array(output.analyser.fftSize);
  let [peak, isLimited] = [0, false];
  for (let turn = 0; turn < 20 && peak <= 0.5; turn++) {
    for (const n of pads) drumPads.hit(n, 127);
    const end = performance.now() + 600;
    while (performance.now() < end) {
      output.analyser.getFloatTimeDomainData(data);
      peak = data.reduce((most, v) => Math.max(most, Math.abs(v)), peak);
      isLimited ||= document.querySelector("#meter-bar.over") !== null;
      await new Promise((go) => setTimeout(go, 5));
    }
  }
  return { peak, isLimited };
}"""


@pytest.mark.slow
def test_the_meter_shows_when_drum_pads_are_limited(page):
    page.evaluate("Promise.all([0, 1, 2, 3].map((n) => ndm.app.drumPads.keep(n)))")
    settled(page)
    one = page.evaluate(PLAY, [0])
    assert 0.5 < one["peak"] <= 1
    assert not one["isLimited"]
    four = page.evaluate(PLAY, [0, 1, 2, 3])
    assert 0.5 < four["peak"] <= 1
    assert four["isLimited"]
    page.wait_for_selector("#meter-bar.over", state="detached")


def test_the_meter_has_the_colour_of_the_drum(page):
    meter = "document.getElementById('meter-bar').getContext('2d')"
    colours = []
    for category in ("kick", "snare"):
        draw(page, category)
        page.evaluate("probe.silence()")
        page.evaluate("document.getElementById('play').click()")
        until(page, f"(probe.colour = [...{meter}.getImageData(1, 1, 1, 1).data])[3] === 255")
        colours.append(page.evaluate("probe.colour"))
    assert colours[0] != colours[1]

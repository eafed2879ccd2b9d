"""Many pads at once: what comes out of the page never clips, and one hit is as it was."""

import pytest
from tests.e2e.test_page import settled

OFFLINE = """async ([gains, late]) => {
  const { limiter } = await import("/js/audio.js");
  const context = new OfflineAudioContext(2, 48000, 48000);
  const node = await limiter(context);
  node.connect(context.destination);
  const one = new Float32Array(24000);
  // A full-scale hit with a sharp attack, then noise that is nowhere a whole number of bits.
  for (let i = 0; i < one.length; i++) {
    one[i] = Math.exp(-i / 4000) * (i % 3 ? Math.sin(i / 20) : Math.cos(1e4 * Math.sin(i * i)));
  }
  gains.forEach((pan, n) => {
    const source = context.createBufferSource();
    source.buffer = context.createBuffer(1, one.length, 48000);
    source.buffer.copyToChannel(one, 0);
    const panner = context.createStereoPanner();
    panner.pan.value = pan ?? 0;
    (pan === null ? source : source.connect(panner)).connect(node);
    source.start(n * late);
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
    ("pans", "late"),
    [([None] * 2, 0), ([None] * 8, 0), ([1, 1, 1, -1], 0.003), ([None, 0.4, None, None], 0.05)],
)
def test_no_sample_is_over_full_scale_however_many_hits_come(unchanged, pans, late):
    out = unchanged.evaluate(OFFLINE, [pans, late])
    assert max(out["peaks"]) <= 1
    assert max(out["peaks"]) > 0.9  # and not by being softer than need be


def test_one_hit_is_the_same_to_the_bit(unchanged):
    out = unchanged.evaluate(OFFLINE, [[None], 0])
    assert out["isSame"]
    assert out["end"] == [0, 0]


HEARD = """async (pads) => {
  const { output, rack } = ndm.app;
  await output.limited;
  output.wake();
  await probe.until(() => output.isRunning);
  const data = new Float32Array(output.analyser.fftSize);
  let [peak, held] = [0, false];
  for (const n of pads) rack.hit(n, 1);
  const end = performance.now() + 600;
  while (performance.now() < end) {
    output.analyser.getFloatTimeDomainData(data);
    peak = data.reduce((most, v) => Math.max(most, Math.abs(v)), peak);
    held ||= document.querySelector("#meter-bar.over") !== null;
    await new Promise((go) => setTimeout(go, 5));
  }
  return { peak, held, words: document.getElementById("meter").getAttribute("aria-valuetext") };
}"""


def test_pads_at_once_are_held_at_full_scale_and_the_meter_shows_it(page):
    for n in range(4):
        page.evaluate(f"ndm.app.rack.keep({n})")
    settled(page)
    page.wait_for_timeout(1500)
    one = page.evaluate(HEARD, [0])
    assert 0.5 < one["peak"] <= 1  # a busy machine may miss the loudest moment
    assert not one["held"]
    page.wait_for_timeout(1200)
    four = page.evaluate(HEARD, [0, 1, 2, 3])
    assert 0.5 < four["peak"] <= 1
    assert four["held"]
    page.wait_for_timeout(1500)
    assert page.locator("#meter-bar.over").count() == 0

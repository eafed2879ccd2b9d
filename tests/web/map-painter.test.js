import assert from "node:assert/strict";
import { test } from "node:test";
import { COLUMNS, ROWS, nodePicture } from "../../src/neural_drum_machine/web/js/model/node-picture.js";
import { filled } from "../../src/neural_drum_machine/web/js/views/drawing/map-painter.js";

const SR = 44100;
const tone = (hz, seconds) => Float32Array.from({ length: SR / 2 }, (_, i) => 0.8 * Math.sin((2 * Math.PI * hz * i) / SR) * Math.exp(-i / SR / seconds));
/** The row with the most light, from above. */
function brightest({ picture }) {
  const rows = Array.from({ length: ROWS }, (_, y) => picture.slice(y * COLUMNS, (y + 1) * COLUMNS).reduce((sum, v) => sum + v, 0));
  return rows.indexOf(Math.max(...rows));
}

test("a picture of a higher sound has its light higher up, and a greater brightness", () => {
  const [low, middle, high] = [100, 1000, 8000].map((hz) => nodePicture(tone(hz, 0.1), SR));
  assert.ok(brightest(low) > brightest(middle) && brightest(middle) > brightest(high));
  assert.ok(Math.abs(middle.brightness / 1000 - 1) < 0.1 && high.brightness > middle.brightness);
});

test("decay is the time by 20 dB", () => {
  for (const seconds of [0.02, 0.08]) {
    const { decay } = nodePicture(tone(500, seconds), SR);
    assert.ok(Math.abs(decay - seconds * Math.log(10)) < 0.02, `${decay}`);
  }
});

test("silence has a picture without light", () => {
  const { brightness, picture } = nodePicture(new Float32Array(100), SR);
  assert.ok(Number.isFinite(brightness));
  assert.ok(picture.every((v) => Number.isFinite(v)));
});

test("where nothing is known yet, the nearest known sound stands", () => {
  const node = (i, j) => ({ i, j, brightness: 1, decay: 1, picture: new Uint8Array(1) });
  const all = filled([node(1, 1), node(2, 0)], 3);
  assert.deepEqual(all.map(({ i, j }) => [i, j])[2], [2, 0]);
  assert.deepEqual(all.map(({ i, j }) => [i, j])[6], [1, 1]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  NO_FILTER, factWords, kindWords, makersOf, mapOf, nearestTo, nextIn, placeAmong, shownOf,
} from "../../src/neural_drum_machine/web/js/model/library-map.js";
import { WHOLE_MAP, moved, onMap, onScreen, showing, zoomed } from "../../src/neural_drum_machine/web/js/model/map-window.js";
import { libraryPart } from "./support/values.js";

const STATUS = { version: 3, layout: "values" };
/** A map of sounds: [id, x, y, category, name]. */
const map = (...sounds) => mapOf([libraryPart(sounds)], STATUS);
const SQUARE = map([10, 0, 0, 0, "Kick 10"], [20, 1, 0, 1, "Snare"], [30, 0, 1, 0, "Kick 2"], [40, 1, 1, 2, "Bell"]);
const ALL = [0, 1, 2, 3];

test("parts of a map are joined in their order", () => {
  const whole = mapOf([libraryPart([[1, 0, 0, 0, "a"]]), libraryPart([[2, 1, 1, 1, "b"], [5, 0.5, 0, 0, "c"]])], STATUS);
  assert.deepEqual([...whole.columns.ids], [1, 2, 5]);
  assert.deepEqual(whole.names, ["a", "b", "c"]);
  assert.equal(whole.position.get(5), 2);
  assert.ok(Math.abs(whole.x[2] - 0.5) < 1e-4);
});

test("a filter lets through what has all its words, its category and the numbers that were found", () => {
  const shown = (filter, found = null) => shownOf(SQUARE, { ...NO_FILTER, ...filter }, found);
  assert.deepEqual(shown({}), [2, 0, 1, 3]); // by category, then by name as people count
  assert.deepEqual(shown({ category: "kick" }), [2, 0]);
  assert.deepEqual(shown({ text: "KICK 1" }), [0]);
  assert.deepEqual(shown({ text: "kit" }), [2, 0, 1, 3]);
  assert.deepEqual(shown({ text: "kick bell" }), []);
  assert.deepEqual(shown({}, new Set([20, 40])), [1, 3]);
});

test("the nearest sound is one of those shown", () => {
  assert.equal(nearestTo(SQUARE, ALL, 0.9, 0.2).index, 1);
  assert.equal(nearestTo(SQUARE, [2, 3], 0.9, 0.2).index, 3);
  assert.equal(nearestTo(SQUARE, [], 0.9, 0.2).index, -1);
});

test("three sounds make the sound of a place, the nearer the more, but no instrument of no category", () => {
  const makers = makersOf(SQUARE, ALL, 0.2, 0.1);
  assert.deepEqual([makers[0], makers[2], makers[4]], [10, 20, 30]);
  const shares = [makers[1], makers[3], makers[5]];
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-9);
  assert.ok(shares[0] > shares[1] && shares[1] >= shares[2]);
  const there = makersOf(SQUARE, ALL, 0, 0);
  assert.equal(there[0], 10);
  assert.ok(there[1] > 0.99);
  assert.deepEqual(makersOf(SQUARE, [3], 0, 0), []);
  assert.equal(makersOf(SQUARE, [0], 0.5, 0.5).length, 2);
});

test("an arrow key goes to a sound in its direction", () => {
  assert.equal(nextIn(SQUARE, ALL, 0, 1, 0), 1);
  assert.equal(nextIn(SQUARE, ALL, 0, 0, 1), 2);
  assert.equal(nextIn(SQUARE, ALL, 0, -1, 0), -1);
  assert.equal(nextIn(SQUARE, [0, 3], 0, 1, 0), 3);
});

test("a sound that is not in the library lies among those that it is like", () => {
  const [x, y] = placeAmong(SQUARE, [10, 20], [1, 1]);
  assert.ok(Math.abs(x - 0.5) < 1e-6 && Math.abs(y) < 1e-6);
  const [near] = placeAmong(SQUARE, [10, 20], [0, 1]);
  assert.ok(near < 0.001);
  assert.equal(placeAmong(SQUARE, [99], [0]), null);
});

test("words of a sound have units and say what is doubtful", () => {
  assert.equal(factWords(SQUARE, 0), "Kit · 0.25 s · 60 Hz");
  assert.equal(kindWords(SQUARE, 0), "kick");
  const doubtful = mapOf([libraryPart([[1, 0, 0, 0, "a", 45]])], STATUS);
  assert.equal(kindWords(doubtful, 0), "kick?");
});

test("zooming keeps the place under the pointer, and the map never leaves its window", () => {
  const size = { width: 400, height: 300 };
  const place = onMap(WHOLE_MAP, size, 300, 100);
  const near = zoomed(WHOLE_MAP, size, 4, 300, 100);
  onMap(near, size, 300, 100).forEach((v, i) => assert.ok(Math.abs(v - place[i]) < 1e-9));
  assert.deepEqual(zoomed(near, size, 0.01, 10, 10), { zoom: 1, x: 0.5, y: 0.5 });
  const far = moved(near, size, 1e6, -1e6); // dragged to the right and upwards
  assert.deepEqual([far.x, far.y], [0.125, 0.125]);
  const [left, top] = onScreen(near, size, ...place);
  assert.ok(Math.abs(left - 300) < 1e-6 && Math.abs(top - 100) < 1e-6);
  const shown = showing(near, 0, 1);
  const [x, y] = onScreen(shown, size, 0, 1);
  assert.ok(x >= 0 && y >= 0);
});

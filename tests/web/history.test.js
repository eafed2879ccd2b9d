import assert from "node:assert/strict";
import { test } from "node:test";
import { DEPTH, push, redo, replace, rewrite, settle, startHistory, undo } from "../../src/neural_drum_machine/web/js/model/history.js";

test("undo and redo go through every step and back", () => {
  const history = [1, 2, 3].reduce(push, startHistory(0));
  const back = undo(undo(history));
  assert.equal(back.now, 1);
  assert.equal(redo(back).now, 2);
  assert.deepEqual(redo(redo(back)), history);
});

test("there is nothing before the first state and nothing after the last", () => {
  const history = startHistory(0);
  assert.equal(undo(history), history);
  assert.equal(redo(history), history);
});

test("a new step ends what could be redone", () => {
  const history = push(undo(push(startHistory(0), 1)), 2);
  assert.deepEqual(history, { past: [0], now: 2, future: [] });
});

test("replacing makes no step", () => {
  const history = replace(push(startHistory(0), 1), 2);
  assert.deepEqual(history, { past: [0], now: 2, future: [] });
});

test("settling makes one step of many changes", () => {
  const history = settle([1, 2, 3].reduce(replace, startHistory(0)), 0);
  assert.deepEqual(history, { past: [0], now: 3, future: [] });
});

test("rewriting changes every state", () => {
  const history = rewrite(undo([1, 2].reduce(push, startHistory(0))), (n) => n + 10);
  assert.deepEqual(history, { past: [10], now: 11, future: [12] });
});

test("the oldest steps are forgotten", () => {
  let history = startHistory(0);
  for (let i = 1; i <= DEPTH + 5; i++) history = push(history, i);
  assert.equal(history.past.length, DEPTH);
  assert.equal(history.past[0], 5);
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Client, Refusal } from "../../src/neural_drum_machine/web/js/net/client.js";
import { HELLO } from "./support/values.js";

let sockets = [];

class FakeSocket {
  static CLOSED = 3;
  sent = [];
  readyState = 1;
  constructor(url) {
    this.url = url;
    sockets.push(this);
  }
  send(data) {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }
  receive(reply) {
    this.onmessage({ data: JSON.stringify(reply) });
  }
  close() {
    this.readyState = FakeSocket.CLOSED;
    this.onclose();
  }
}

beforeEach(() => {
  sockets = [];
  globalThis.WebSocket = FakeSocket; // for its constants
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

function connected() {
  const client = new Client(() => new FakeSocket("ws://here/ws"));
  client.connect();
  sockets[0].onopen();
  sockets[0].receive(HELLO);
  return [client, sockets[0]];
}

const refusal = (code) => (error) => error instanceof Refusal && error.code === code;

test("a connection begins with hello, and is open when the server answers", () => {
  const client = new Client(() => new FakeSocket("ws://here/ws"));
  let hello = null;
  client.addEventListener("open", ({ detail }) => (hello = detail));
  client.connect();
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, [{ type: "hello" }]);
  assert.equal(client.isOpen, false);
  sockets[0].receive(HELLO);
  assert.deepEqual([client.isOpen, hello.hash], [true, "cafe"]);
});

test("sounds of a server with a width are asked for in two channels, unless one is enough", () => {
  for (const [width, expected] of [[0, [undefined, undefined, undefined, 1]], [0.5, [2, 2, undefined, 1]]]) {
    sockets = [];
    const client = new Client(() => new FakeSocket("ws://here/ws"));
    client.connect();
    sockets[0].onopen();
    sockets[0].receive({ ...HELLO, width });
    void client.ask("random", { category: "kick" });
    void client.ask("layers", { of: 1 });
    void client.ask("pad_map", { category: "kick" });
    void client.ask("move", { category: "kick", code: [1], p1: 0, p2: 0, p3: 0, channels: 1 });
    assert.deepEqual(sockets[0].sent.slice(1).map(({ channels }) => channels), expected);
  }
});

test("every request gets its own answer, in any order", async () => {
  const [client, socket] = connected();
  const asked = ["kick", "snare"].map((category) => client.ask("pad_map", { category }));
  const [one, two] = socket.sent.slice(1);
  assert.deepEqual(one, { type: "pad_map", id: one.id, category: "kick" });
  for (const { id, category } of [two, one]) socket.receive({ type: "pad_map", id, category });
  assert.deepEqual((await Promise.all(asked)).map(({ category }) => category), ["kick", "snare"]);
  assert.equal(client.isIdle, true);
});

/** The header of a binary message, and its bytes. */
function readBinary(data) {
  const length = new DataView(data.buffer).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length))), [...data.subarray(4 + length)]];
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a server is told own sounds once on a connection, before a request that names them", async () => {
  const [client, socket] = connected();
  client.owns.keep(70_000, btoa("abc"));
  const values = { category: "kick", code: [1], exemplars: [70_000, 1] };
  const lost = [client.ask("recall", values)];
  const [header, bytes] = readBinary(socket.sent[1]);
  assert.deepEqual([header, bytes], [{ type: "own", id: header.id }, [97, 98, 99]]);
  assert.equal(socket.sent.length, 2);
  socket.receive({ type: "own", id: header.id, number: 70_000 });
  await settle();
  assert.deepEqual(socket.sent[2].exemplars, [70_000, 1]);
  lost.push(client.ask("recall", values));
  await settle();
  assert.equal(socket.sent[3].type, "recall");
  // A new connection may be another server.
  socket.close();
  for (const each of lost) await assert.rejects(each, refusal("away"));
  client.connect();
  sockets.at(-1).receive(HELLO);
  client.ask("morph", { category: "kick", code: [1], to: "kick", to_code: [2], t: 0.5, to_exemplars: [70_000, 1] }).catch(() => {});
  assert.equal(readBinary(sockets.at(-1).sent.at(-1))[0].type, "own");
});

test("a server that has forgotten an own sound is told again, once", async () => {
  const [client, socket] = connected();
  client.owns.keep(70_000, btoa("abc"));
  client.owns.tell(70_000);
  const asked = client.ask("recall", { category: "kick", code: [1], exemplars: [70_000, 1] });
  const refuse = async () => {
    await settle();
    socket.receive({ type: "error", id: socket.sent.at(-1).id, code: "unknown-sound", sentence: "no own sound" });
    await settle();
  };
  const failed = assert.rejects(asked, refusal("unknown-sound"));
  await refuse();
  const [{ id, type }] = readBinary(socket.sent.at(-1));
  assert.equal(type, "own");
  socket.receive({ type: "own", id, number: 70_000 });
  await refuse();
  await failed;
});

test("an own sound that nobody here has is refused by the server", async () => {
  const [client, socket] = connected();
  const asked = client.ask("recall", { category: "kick", code: [1], exemplars: [70_009, 1] });
  await settle();
  socket.receive({ type: "error", id: socket.sent.at(-1).id, code: "unknown-sound", sentence: "no own sound" });
  await assert.rejects(asked, refusal("unknown-sound"));
});

test("errors and superseded requests are refusals with their code", async () => {
  const [client, socket] = connected();
  const asked = [1, 2].map(() => client.ask("recall", { category: "kick", code: [1] }));
  const [one, two] = socket.sent.slice(1);
  socket.receive({ type: "error", id: one.id, code: "busy", sentence: "too many" });
  socket.receive({ type: "superseded", id: two.id, by: 9 });
  await assert.rejects(asked[0], (error) => refusal("busy")(error) && error.message === "too many");
  await assert.rejects(asked[1], refusal("superseded"));
});

test("without a connection every request is refused, also those that wait", async () => {
  const [client, socket] = connected();
  const asked = client.ask("recall", { category: "kick", code: [1] });
  socket.close();
  await assert.rejects(asked, refusal("away"));
  await assert.rejects(client.ask("recall", { category: "kick", code: [1] }), refusal("away"));
});

test("it reconnects after longer and longer delays, or at once when asked", () => {
  const [client] = connected();
  let closed = 0;
  client.addEventListener("close", () => (closed += 1));
  for (const delay of [250, 500, 1000, 2000, 4000, 4000]) {
    sockets.at(-1).close();
    const before = sockets.length;
    mock.timers.tick(delay - 1);
    assert.equal(sockets.length, before);
    mock.timers.tick(1);
    assert.equal(sockets.length, before + 1);
  }
  assert.equal(closed, 1); // told once, not at every attempt
  sockets.at(-1).close();
  client.hurry();
  sockets.at(-1).receive(HELLO);
  assert.equal(client.isOpen, true);
});

test("the server finds as many sounds as its limits say, of this connection only", () => {
  const [client, socket] = connected();
  const first = { id: 1, connection: 1 };
  for (let i = 0; i < HELLO.limits.recent_sounds; i++) {
    assert.equal(client.isRecent(first), true, String(i));
    void client.ask("recall", { category: "kick", code: [1] }).catch(() => {});
  }
  assert.equal(client.isRecent(first), true);
  void client.ask("recall", { category: "kick", code: [1] }).catch(() => {});
  assert.equal(client.isRecent(first), false);
  socket.close();
  client.hurry();
  sockets[1].receive(HELLO);
  assert.equal(client.isRecent({ id: HELLO.limits.recent_sounds + 1, connection: 1 }), false);
});

test("a request that takes long is followed, and answered with a file", async () => {
  const [client, socket] = connected();
  const told = [];
  const made = client.ask("humanize", { kit: {}, groove: {} }, { progress: ({ done }) => told.push(done) });
  const { id } = socket.sent[1];
  for (const done of [1, 2]) socket.receive({ type: "progress", id, stage: "sounds", done, total: 2 });
  assert.equal(client.isIdle, false);
  const header = new TextEncoder().encode(JSON.stringify({ type: "file", id, name: "a.zip", notes: [] }));
  const message = new Uint8Array([header.length, 0, 0, 0, ...header, 7, 8]);
  socket.onmessage({ data: message.buffer });
  const file = await made;
  assert.deepEqual([file.name, [...new Uint8Array(file.bytes)], told], ["a.zip", [7, 8], [1, 2]]);
});

test("a request that is given up is cancelled at the server, once, and not after its answer", async () => {
  const [client, socket] = connected();
  const [given, kept] = [new AbortController(), new AbortController()];
  const asked = client.ask("export_kit", { kit: {}, format: "sfz" }, { signal: given.signal });
  given.abort();
  given.abort();
  const [{ id }, cancel] = socket.sent.slice(1);
  assert.deepEqual([cancel.type, cancel.of, socket.sent.length], ["cancel", id, 3]);
  socket.receive({ type: "error", id, code: "cancelled", sentence: "the request was cancelled" });
  await assert.rejects(asked, refusal("cancelled"));
  const other = client.ask("styles", {}, { signal: kept.signal });
  socket.receive({ type: "styles", id: socket.sent[3].id, grooves: [] });
  await other;
  kept.abort();
  assert.equal(socket.sent.length, 4);
});

test("a MIDI file is sent behind its header", async () => {
  const [client, socket] = connected();
  const asked = client.importGroove(new Uint8Array([77, 84]).buffer, { name: "a.mid" });
  const [header, bytes] = readBinary(socket.sent[1]);
  assert.deepEqual([header, bytes], [{ type: "groove_import", id: header.id, name: "a.mid" }, [77, 84]]);
  socket.receive({ type: "groove", id: header.id, groove: { name: "a" }, notes: [] });
  assert.equal((await asked).groove.name, "a");
});

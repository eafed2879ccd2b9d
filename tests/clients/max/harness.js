// Runs a script of clients/max as Max's js or jsui object would, under Node: the globals that Max
// gives it, a clock that the test turns, and one line of JSON in and out for each message.
//
// node harness.js FILE [ARGUMENT …]; in: ["message", …] calls the object, {"advance": MS} turns the
// clock, {"buffer": {…}} says what Buffer finds, {"size": [w, h]} of a jsui. Out: {"outlet": n,
// "message": […]} and, after each line that came in, {"done": true}.

"use strict";
const fs = require("fs");
const readline = require("readline");
const vm = require("vm");

let clock = 1e12;
let tasks = [];
let buffer = null;
let size = [124, 116];
const drawn = [];

class Task {
  constructor(run, that) { this.run = run; this.that = that; this.interval = 500; this.due = null; this.every = false; }
  get running() { return this.due !== null; }
  schedule(ms) { this.due = clock + (ms || 0); this.every = false; tasks.push(this); }
  repeat() { this.due = clock + this.interval; this.every = true; tasks.push(this); }
  cancel() { this.due = null; }
}

class FixedDate extends Date {
  getTime() { return clock; }
}

function advance(ms) {
  const end = clock + ms;
  for (;;) {
    tasks = [...new Set(tasks)].filter((t) => t.due !== null);
    const next = tasks.filter((t) => t.due <= end).sort((a, b) => a.due - b.due)[0];
    if (!next) break;
    clock = Math.max(clock, next.due);
    next.due = next.every ? clock + next.interval : null;
    next.run.call(next.that);
  }
  clock = end;
}

function out(value) { process.stdout.write(JSON.stringify(value) + "\n"); }

const graphics = new Proxy({ size, init() {}, redraw() { out({ redraw: true }); } }, {
  get(target, name) {
    if (name === "size") return size;
    if (name in target) return target[name];
    return (...values) => drawn.push([name, ...values]);
  },
  set() { return true; },
});

const world = vm.createContext({
  Task,
  Date: FixedDate,
  Buffer: class {
    constructor(name) { if (name !== buffer.name) throw new Error("no buffer~ " + name); }
    framecount() { return buffer.channels[0].length; }
    channelcount() { return buffer.channels.length; }
    length() { return 1000 * buffer.channels[0].length / buffer.sr; }
    peek(channel, frame, n) { // one value comes as a number, not a list
      const part = buffer.channels[channel - 1].slice(frame, frame + n);
      return n === 1 ? part[0] : part;
    }
  },
  arrayfromargs: (args) => Array.from(args),
  outlet: (n, ...values) => out({ outlet: n, message: values.flat() }),
  post: () => {},
  mgraphics: graphics,
  max: { getcolor: (name) => (name.startsWith("live_lcd") ? [0.5, 0.5, 0.5, 1] : undefined) },
  jsarguments: process.argv.slice(2),
});
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), world, process.argv[2]);

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const given = JSON.parse(line);
  if (Array.isArray(given)) {
    const [name, ...values] = given;
    world.messagename = name;
    const known = typeof world[name] === "function" && !world[name].local;
    if (!known && typeof world.anything !== "function") throw new Error("no message " + name);
    (known ? world[name] : world.anything).apply(world, values);
  } else if ("advance" in given) advance(given.advance);
  else if ("buffer" in given) buffer = given.buffer;
  else if ("size" in given) size = given.size;
  else if ("pointer" in given) world[given.pointer](...given.at);
  else if ("paint" in given) { drawn.length = 0; world.paint(); out({ drawn }); }
  out({ done: true });
});

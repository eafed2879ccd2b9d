// Runs scripts of clients/max as Max's js and jsui objects would, under Node: with the globals that
// Max provides and a clock that the test advances. One process runs many scripts; each has a
// context and a clock of its own.
//
// One line of JSON in, which names the script by its number in "script":
//   {"load": [FILE, ARGUMENT …]}   run a script
//   {"message": ["name", …]}       call the object
//   {"advance": MS}                advance the clock
//   {"buffer": {…}}                the content that Buffer finds
//   {"size": [w, h]}               the size of a jsui object
//   {"pointer": NAME, "at": […]}   call a function of the pointer
//   {"paint": true}                paint, and answer {"drawn": […]}
//   {"live": {…}}                  set facts of Live's set, and answer {"live": {…}} with all of them
//   {"close": true}                forget the script
// Lines of JSON out: {"outlet": n, "message": […]}, {"redraw": true}, and at the end {"done": true}.

"use strict";
const fs = require("fs");
const readline = require("readline");
const vm = require("vm");
const { LiveSet } = require("./max_live.cjs");

function out(value) { process.stdout.write(JSON.stringify(value) + "\n"); }

class MaxScript {
  constructor(file, words) {
    this.clock = 1e12;
    this.tasks = [];
    this.buffer = null;
    this.size = [124, 116];
    this.drawn = [];
    this.set = new LiveSet();
    this.world = vm.createContext(this.globals([file, ...words]));
    vm.runInContext(fs.readFileSync(file, "utf8"), this.world, file);
  }

  globals(jsarguments) {
    const script = this;
    return {
      Task: class {
        constructor(run, that) { this.run = run; this.that = that; this.interval = 500; this.due = null; this.every = false; }
        get running() { return this.due !== null; }
        schedule(ms) { this.due = script.clock + (ms || 0); this.every = false; script.tasks.push(this); }
        repeat() { this.due = script.clock + this.interval; this.every = true; script.tasks.push(this); }
        cancel() { this.due = null; }
      },
      Date: class extends Date {
        getTime() { return script.clock; }
      },
      Buffer: class {
        constructor(name) { if (name !== script.buffer.name) throw new Error("no buffer~ " + name); }
        framecount() { return script.buffer.channels[0].length; }
        channelcount() { return script.buffer.channels.length; }
        length() { return 1000 * script.buffer.channels[0].length / script.buffer.sr; }
        peek(channel, frame, n) { // a single value is a number, not a list
          const part = script.buffer.channels[channel - 1].slice(frame, frame + n);
          return n === 1 ? part[0] : part;
        }
      },
      LiveAPI: this.set.api(),
      arrayfromargs: (args) => Array.from(args),
      outlet: (n, ...values) => out({ outlet: n, message: values.flat() }),
      post: () => {},
      mgraphics: new Proxy({ init() {}, redraw() { out({ redraw: true }); } }, {
        get(target, name) {
          if (name === "size") return script.size;
          if (name in target) return target[name];
          return (...values) => script.drawn.push([name, ...values]);
        },
        set() { return true; },
      }),
      max: { getcolor: (name) => (name.startsWith("live_lcd") ? [0.5, 0.5, 0.5, 1] : undefined) },
      jsarguments,
    };
  }

  advance(ms) {
    const end = this.clock + ms;
    for (;;) {
      this.tasks = [...new Set(this.tasks)].filter((t) => t.due !== null);
      const next = this.tasks.filter((t) => t.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.clock = Math.max(this.clock, next.due);
      next.due = next.every ? this.clock + next.interval : null;
      next.run.call(next.that);
    }
    this.clock = end;
  }

  call([name, ...values]) {
    this.world.messagename = name;
    const known = typeof this.world[name] === "function" && !this.world[name].local;
    if (!known && typeof this.world.anything !== "function") throw new Error("no message " + name);
    (known ? this.world[name] : this.world.anything).apply(this.world, values);
  }

  take(given) {
    if ("message" in given) this.call(given.message);
    else if ("advance" in given) this.advance(given.advance);
    else if ("buffer" in given) this.buffer = given.buffer;
    else if ("size" in given) this.size = given.size;
    else if ("pointer" in given) this.world[given.pointer](...given.at);
    else if ("live" in given) out({ live: Object.assign(this.set, given.live) });
    else if ("paint" in given) { this.drawn.length = 0; this.world.paint(); out({ drawn: this.drawn }); }
    else throw new Error("unknown line " + JSON.stringify(given));
  }
}

const scripts = new Map();
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const given = JSON.parse(line);
  if ("load" in given) scripts.set(given.script, new MaxScript(given.load[0], given.load.slice(1)));
  else if ("close" in given) scripts.delete(given.script);
  else scripts.get(given.script).take(given);
  out({ done: true });
});

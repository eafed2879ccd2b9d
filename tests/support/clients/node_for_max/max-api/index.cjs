// Stands in for the module that Max gives to scripts of node.script: a message is a line of JSON, in
// and out. A message without a handler is refused, as Max does with a line in its console.

"use strict";
const readline = require("node:readline");

const handlers = new Map();

exports.addHandler = (name, handler) => handlers.set(name, handler);
exports.outlet = async (...message) => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, ...values] = JSON.parse(line);
  if (!handlers.has(name)) throw new Error(`no handler for ${name}`);
  handlers.get(name)(...values);
});

// The client of the server's protocol (docs/protocol.md): turns messages of the controls into
// requests, and answers of the server into texts and sounds. For Max's js object. It is one file of
// more than 250 lines because that object knows ECMAScript 5 only, without modules.
//
// In:  messages of the controls, and every OSC message from udpreceive.
// Out: 0 OSC messages for udpsend; 1 messages for the patch (see TO THE PATCH below).

autowatch = 1;
inlets = 1;
outlets = 2;

var RANGES = [0.5, 1, 2, 4];
var THROTTLE_MS = 20; // while a control is dragged, requests are sent at most this often
var HEARTBEAT_MS = 1000;
var LOST_MS = 3000; // without an answer for so long, the server counts as gone
var RECALL_VERSION = 1; // version of the stored list

// The sound that the device plays: everything that a set or preset must store to restore exactly
// this sound. `seed` and `vary` (the seed of a variation) are -1 if there is none.
var state = {
    kind: "generate", category: "kick", p1: 0, p2: 0, p3: 0, range: 1, wild: 1, take: 0,
    seed: -1, vary: -1, amount: 0, path: ""
};
var STORED = ["kind", "category", "p1", "p2", "p3", "range", "wild", "take", "seed", "vary",
    "amount", "path"];
// Values that are asked of the sound. The controls of decay and attack count in ms, noisiness in %.
var QUALITIES = ["pitch", "decay", "attack", "brightness", "noisiness", "body", "air", "loudness"];
var FACTORS = {decay: 0.001, attack: 0.001, noisiness: 0.01};
var wishes = {}; // the values of the controls, by name
var asked = {}; // whether they are asked for
var nextAmount = 0.3; // the amount of the next variation
var place = null; // P1, P2, P3 of the last sound; they may lie beyond the XY pad

var server = {port: 9710, reply: 0, connected: false, lastAnswer: 0, tries: 0, name: "", model: ""};
var axes = {};
var ready = false;
var nextId = 1;
var newest = {id: -1, sent: 0, retries: 0}; // the newest request
var base = null; // {key, id} of the sound that variations start from, if the server still has it
var shown = -1; // id of the sound in the buffer
var recalled = 0; // when a preset was recalled

var heartbeat = new Task(onHeartbeat, this);
var throttle = new Task(onThrottle, this);
heartbeat.local = throttle.local = 1;

// ---- controls -------------------------------------------------------------------------------

// The device is loaded (live.thisdevice).
function start() {
    ready = true;
    listen();
    toPatch("to", server.port);
    heartbeat.interval = HEARTBEAT_MS;
    heartbeat.repeat();
    onHeartbeat();
}

function category(name) { change("category", String(name)); }
function p1(value) { change("p1", value); }
function p2(value) { change("p2", value); }
function p3(value) { change("p3", value); }
function range(index) { change("range", RANGES[index]); }
function wild(value) { change("wild", value); }
function take(value) { change("take", Math.round(value)); }
function amount(value) { nextAmount = value; }

function wish(name, value) {
    if (close(wishes[name], value)) return;
    wishes[name] = value;
    if (asked[name]) requestSoon();
}

function ask(name, isOn) {
    if (Boolean(asked[name]) === Boolean(isOn)) return;
    asked[name] = Boolean(isOn);
    requestSoon();
}

function random() {
    state.kind = "random";
    state.seed = randomSeed();
    state.vary = -1;
    requestSoon();
}

function variation() {
    state.vary = randomSeed();
    state.amount = nextAmount;
    requestSoon();
}

// The typical drum of the category: no seed, the XY pad in its middle.
function typical() {
    state.kind = "generate";
    state.seed = state.vary = -1;
    showPlace(0, 0, 0);
    requestSoon();
}

// A file was dropped on the device. The patch loads it, and ndm_sample.js sends its samples.
function drop(path) {
    path = String(path);
    if (path === "" || (path === state.path && now() - recalled < 1000)) return;
    state.kind = "sample";
    state.path = path;
    state.seed = state.vary = -1;
    requestSoon();
}

function port(number) {
    if (number === server.port) return;
    server.port = number;
    server.connected = false;
    server.tries = 0;
    if (ready) {
        toPatch("to", number);
        onHeartbeat();
    }
}

// The stored list, when a set is loaded or a preset chosen.
function recall() {
    var values = arrayfromargs(arguments);
    if (values.length !== STORED.length + 1 || values[0] !== RECALL_VERSION) return;
    for (var i = 0, same = true; i < STORED.length; i++) {
        if (!close(values[i + 1], stored(STORED[i]))) same = false;
    }
    if (same) return; // an echo of our own list
    for (i = 0; i < STORED.length; i++) state[STORED[i]] = values[i + 1];
    if (state.path === "-") state.path = "";
    recalled = now();
    showPlace(state.p1, state.p2, state.p3);
    requestSoon();
}

function notifydeleted() {
    heartbeat.cancel();
    throttle.cancel();
}

function change(name, value) {
    if (close(state[name], value)) return; // an echo, or already set by a preset
    state[name] = value;
    if (name === "range" && state.kind === "random") { // the sound stays, only the scale changes
        if (place) showPlace(place[0] / value, place[1] / value, place[2] / value);
        store();
        return;
    }
    state.vary = -1;
    if (name.charAt(0) === "p" || name === "range") {
        if (state.kind === "sample") state.seed = -1;
        state.kind = "generate";
    }
    if (name.charAt(0) === "p") toPatch("place", state.p1, state.p2);
    requestSoon();
}

// ---- requests -------------------------------------------------------------------------------

// Send a request within THROTTLE_MS. While a control is dragged, only the newest position is sent.
function requestSoon() {
    if (!throttle.running) throttle.schedule(THROTTLE_MS);
}

function onThrottle() {
    store();
    newest.retries = 0;
    if (ready && server.connected) request();
}

function request() {
    var key = baseKey(), wished = wishPairs();
    newest.sent = now();
    if (isVaried() && base && base.key === key) {
        newest.id = newId();
        // A sample with wishes is a variation of itself that does not vary.
        send.apply(this, ["/ndm/variation", newest.id, base.id, state.vary < 0 ? 0 : state.amount,
            "seed", Math.max(0, state.vary), "take", state.take].concat(wished));
        return;
    }
    var id = newest.id = newId();
    if (state.kind === "sample") {
        toPatch("upload", id, state.category, state.take, server.reply);
        toPatch("sample", state.path);
        say("info", "sending the sample …");
    } else if (state.kind === "random") {
        send.apply(this, ["/ndm/random", id, state.category, "seed", state.seed, "wild", state.wild,
            "take", state.take].concat(wished));
    } else {
        var drawn = state.seed >= 0 ? ["seed", state.seed, "wild", state.wild] : [];
        send.apply(this, ["/ndm/generate", id, state.category, state.p1, state.p2, state.p3,
            "range", state.range, "take", state.take].concat(drawn, wished));
    }
    base = {key: key, id: id};
}

function baseKey() {
    var s = state, key = [s.kind, s.category, s.wild, s.take, s.seed];
    if (s.kind === "generate") key.push(s.p1, s.p2, s.p3, s.range);
    if (s.kind === "sample") key.push(s.path); // it is the same sample with every wish
    else key = key.concat(wishPairs());
    return key.join("|");
}

// Whether the sound is a variation of another one, which is requested first.
function isVaried() {
    return state.vary >= 0 || (state.kind === "sample" && wishPairs().length > 0);
}

function wishPairs() {
    var pairs = [];
    for (var i = 0; i < QUALITIES.length; i++) {
        var name = QUALITIES[i];
        if (asked[name] && wishes[name] !== undefined) {
            pairs.push(name, wishes[name] * (FACTORS[name] || 1));
        }
    }
    return pairs;
}

function onHeartbeat() {
    if (server.connected && now() - server.lastAnswer > LOST_MS) {
        server.connected = false;
        server.tries = 0;
    }
    if (server.connected) {
        send("/ndm/ping", newId());
        // UDP may lose a message: repeat a request whose answer is overdue.
        if (newest.id > shown && state.kind !== "sample" && now() - newest.sent > LOST_MS / 2 &&
                newest.retries < 3) {
            newest.retries++;
            base = null;
            request();
        }
        return;
    }
    if (server.tries > 0) {
        say("status", "no server at port " + server.port);
        say("error", "start the server: make play");
    }
    // Another program may have the port for answers, which Max does not report: try another one.
    if (server.tries > 0 && server.tries % 3 === 0) listen();
    server.tries++;
    send("/ndm/hello");
}

function listen() {
    server.reply = 20000 + Math.floor(Math.random() * 40000);
    toPatch("listen", server.reply);
}

// ---- answers --------------------------------------------------------------------------------

var ANSWERS = {
    "/ndm/hello": function (protocol, program, model) {
        server.name = program;
        server.model = model;
        if (protocol !== 1) say("error", "the server speaks protocol " + protocol + ", not 1");
    },
    "/ndm/format": function () {},
    "/ndm/ranges": function () {}, // the patch has four fixed ranges
    "/ndm/inverters": function () {}, // the device uses the server's default
    "/ndm/axes": function (name, a, b, c) { axes[name] = [a, b, c]; },
    "/ndm/categories": function () {
        say("status", "server " + server.name + ", port " + server.port + ", " + server.model);
        if (server.connected) return;
        server.connected = true;
        base = null; // it may be a new server, which has no earlier sounds
        say("error", "ready");
        showAxes();
        request();
    },
    "/ndm/pong": function () {},
    "/ndm/sound": onSound,
    "/ndm/superseded": function () {},
    "/ndm/error": onError,
    "/ndm/status": function () {},
    "/ndm/values": function () {} // the device does not ask for them
};

function anything() {
    var answer = ANSWERS[messagename];
    if (!answer) {
        say("error", "no such message: " + messagename);
        return;
    }
    server.lastAnswer = now();
    answer.apply(this, arrayfromargs(arguments));
}

function onSound(id, path, ms, peak, samples, sr, length, name, seed, a, b, c) {
    if (id <= shown) return; // a newer sound is already there
    if (base && id === base.id && isVaried() && base.key === baseKey()) {
        request(); // the sound that the variation starts from has arrived
        return;
    }
    shown = id;
    newest.retries = 0;
    place = [a, b, c];
    if (id === newest.id && state.kind !== "generate") { // move the XY pad to the sound
        showPlace(a / state.range, b / state.range, c / state.range);
        store();
    }
    showAxes();
    toPatch("replace", path);
    say("info", name + ", " + Math.round(length) + " ms, took " + Math.round(ms) + " ms");
    say("error", "ready");
}

function onError(id, code, sentence) {
    if (code === "closing") server.lastAnswer = now() - LOST_MS;
    if (code === "unknown-sound" && id === newest.id && base) {
        base = null; // the server no longer has it, or is a new one
        request();
        return;
    }
    say("error", sentence);
}

// ---- TO THE PATCH ---------------------------------------------------------------------------
// listen PORT | to PORT | replace PATH | upload ID CATEGORY TAKE PORT | sample PATH | store LIST |
// p1 V | p2 V | p3 V | place P1 P2 | axes A B | status TEXT | error TEXT | info TEXT

function toPatch() {
    outlet(1, arrayfromargs(arguments));
}

function say(where, text) {
    outlet(1, where, text);
}

function send() {
    outlet(0, arrayfromargs(arguments).concat("reply", server.reply));
}

function store() {
    var values = ["store", RECALL_VERSION];
    for (var i = 0; i < STORED.length; i++) values.push(stored(STORED[i]));
    outlet(1, values);
}

function stored(name) {
    return name === "path" && state.path === "" ? "-" : state[name];
}

function showPlace(a, b, c) {
    state.p1 = clip(a);
    state.p2 = clip(b);
    state.p3 = clip(c);
    toPatch("p1", state.p1);
    toPatch("p2", state.p2);
    toPatch("p3", state.p3);
    toPatch("place", state.p1, state.p2);
}

function showAxes() {
    var names = axes[state.category] || ["", ""];
    toPatch("axes", names[0] || "P1", names[1] || "P2");
}

// ---- helpers --------------------------------------------------------------------------------

function newId() { return nextId++; }
function randomSeed() { return Math.floor(Math.random() * 2147483648); }
function now() { return new Date().getTime(); }
function clip(value) { return Math.max(-1, Math.min(1, value)); }

// Parameters have single precision, and text may arrive as a symbol.
function close(a, b) {
    return typeof a === "number" && typeof b === "number" ? Math.abs(a - b) < 1e-5 : a === b;
}

// These functions are not messages of the object.
change.local = requestSoon.local = onThrottle.local = request.local = baseKey.local = 1;
onHeartbeat.local = isVaried.local = wishPairs.local = 1;
listen.local = onSound.local = onError.local = toPatch.local = say.local = send.local = 1;
store.local = stored.local = showPlace.local = showAxes.local = newId.local = randomSeed.local = 1;
now.local = clip.local = close.local = 1;

// The device's side of docs/protocol.md: what the controls say becomes requests, what the server
// answers becomes words and sounds. For Max's js object (ECMAScript 5, no modules).
//
// In:  control messages from the patch, and every OSC message that udpreceive hears.
// Out: 0 OSC messages for udpsend; 1 messages for the patch (see TO THE PATCH below).

autowatch = 1;
inlets = 1;
outlets = 2;

var RANGES = [0.5, 1, 2, 4];
var DRAG_MS = 20; // a drag is sent at most this often
var BEAT_MS = 1000;
var LOST_MS = 3000; // silence after which the server counts as gone
var RECALL = 1; // version of the stored list

// What the device plays: all that a set or preset must hold to get the very same sound again.
// `seed` and `vary` (a variation's seed) are -1 where there is none.
var state = {
    kind: "generate", category: "kick", p1: 0, p2: 0, p3: 0, range: 1, wild: 1, take: 0,
    seed: -1, vary: -1, amount: 0, path: ""
};
var ORDER = ["kind", "category", "p1", "p2", "p3", "range", "wild", "take", "seed", "vary",
    "amount", "path"];
var spread = 0.3; // the amount of the next variation
var place = null; // P1, P2, P3 of the last sound, where no pad can reach, too

var server = {port: 9710, reply: 0, here: false, heard: 0, tries: 0, name: "", model: ""};
var axes = {};
var ready = false;
var nextId = 1;
var wanted = {id: -1, sent: 0, retries: 0}; // the newest request
var base = null; // {key, id}: what variations start from, as far as the server remembers it
var shown = -1; // id of the sound in the buffer
var recalled = 0; // when a preset came

var beat = new Task(onBeat, this);
var drag = new Task(onDrag, this);
beat.local = drag.local = 1;

// ---- controls -------------------------------------------------------------------------------

// The device is complete (live.thisdevice).
function start() {
    ready = true;
    listen();
    toPatch("to", server.port);
    beat.interval = BEAT_MS;
    beat.repeat();
    onBeat();
}

function category(name) { change("category", String(name)); }
function p1(value) { change("p1", value); }
function p2(value) { change("p2", value); }
function p3(value) { change("p3", value); }
function range(index) { change("range", RANGES[index]); }
function wild(value) { change("wild", value); }
function take(value) { change("take", Math.round(value)); }
function amount(value) { spread = value; }

function random() {
    state.kind = "random";
    state.seed = draw();
    state.vary = -1;
    soon();
}

function variation() {
    state.vary = draw();
    state.amount = spread;
    soon();
}

// The category's mean: no seed, the pad in its middle.
function typical() {
    state.kind = "generate";
    state.seed = state.vary = -1;
    showPlace(0, 0, 0);
    soon();
}

// A file was dropped on the device; the patch loads it, ndm_sample.js sends its samples.
function drop(path) {
    path = String(path);
    if (path === "" || (path === state.path && now() - recalled < 1000)) return;
    state.kind = "sample";
    state.path = path;
    state.seed = state.vary = -1;
    soon();
}

function port(number) {
    if (number === server.port) return;
    server.port = number;
    server.here = false;
    server.tries = 0;
    if (ready) {
        toPatch("to", number);
        onBeat();
    }
}

// The stored list, when a set is loaded or a preset chosen.
function recall() {
    var values = arrayfromargs(arguments);
    if (values.length !== ORDER.length + 1 || values[0] !== RECALL) return;
    for (var i = 0, same = true; i < ORDER.length; i++) {
        if (!close(values[i + 1], stored(ORDER[i]))) same = false;
    }
    if (same) return; // our own, come back
    for (i = 0; i < ORDER.length; i++) state[ORDER[i]] = values[i + 1];
    if (state.path === "-") state.path = "";
    recalled = now();
    showPlace(state.p1, state.p2, state.p3);
    soon();
}

function notifydeleted() {
    beat.cancel();
    drag.cancel();
}

function change(name, value) {
    if (close(state[name], value)) return; // an echo, or what a preset has said already
    state[name] = value;
    if (name === "range" && state.kind === "random") { // the sound stays, the scale is another
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
    soon();
}

// ---- requests -------------------------------------------------------------------------------

// Send what is wanted, within DRAG_MS: of a drag, the newest place alone.
function soon() {
    if (!drag.running) drag.schedule(DRAG_MS);
}

function onDrag() {
    store();
    wanted.retries = 0;
    if (ready && server.here) request();
}

function request() {
    var key = baseKey();
    wanted.sent = now();
    if (state.vary >= 0 && base && base.key === key) {
        wanted.id = newId();
        send("/ndm/variation", wanted.id, base.id, state.amount, "seed", state.vary,
            "take", state.take);
        return;
    }
    var id = wanted.id = newId();
    if (state.kind === "sample") {
        toPatch("upload", id, state.category, state.take, server.reply);
        toPatch("sample", state.path);
        say("info", "sending the sample …");
    } else if (state.kind === "random") {
        send("/ndm/random", id, state.category, "seed", state.seed, "wild", state.wild,
            "take", state.take);
    } else if (state.seed >= 0) {
        send("/ndm/generate", id, state.category, state.p1, state.p2, state.p3,
            "range", state.range, "take", state.take, "seed", state.seed, "wild", state.wild);
    } else {
        send("/ndm/generate", id, state.category, state.p1, state.p2, state.p3,
            "range", state.range, "take", state.take);
    }
    base = {key: key, id: id};
}

function baseKey() {
    var s = state, key = [s.kind, s.category, s.wild, s.take, s.seed];
    if (s.kind === "generate") key.push(s.p1, s.p2, s.p3, s.range);
    if (s.kind === "sample") key.push(s.path);
    return key.join("|");
}

function onBeat() {
    if (server.here && now() - server.heard > LOST_MS) {
        server.here = false;
        server.tries = 0;
    }
    if (server.here) {
        send("/ndm/ping", newId());
        // UDP may lose a message: ask again for what should have come long ago.
        if (wanted.id > shown && state.kind !== "sample" && now() - wanted.sent > LOST_MS / 2 &&
                wanted.retries < 3) {
            wanted.retries++;
            base = null;
            request();
        }
        return;
    }
    if (server.tries > 0) {
        say("status", "no server at port " + server.port);
        say("error", "start the server: make play");
    }
    // The port for answers may be another program's, which nobody tells us: try another.
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
    "/ndm/ranges": function () {}, // the range selector's four are fixed in the patch
    "/ndm/inverters": function () {}, // the server's default is used
    "/ndm/axes": function (name, a, b, c) { axes[name] = [a, b, c]; },
    "/ndm/categories": function () {
        say("status", "server " + server.name + ", port " + server.port + ", " + server.model);
        if (server.here) return;
        server.here = true;
        base = null; // another server may have come: it remembers nothing
        say("error", "ready");
        showAxes();
        request();
    },
    "/ndm/pong": function () {},
    "/ndm/sound": onSound,
    "/ndm/superseded": function () {},
    "/ndm/error": onError,
    "/ndm/status": function () {}
};

function anything() {
    var answer = ANSWERS[messagename];
    if (!answer) {
        say("error", "no such message: " + messagename);
        return;
    }
    server.heard = now();
    answer.apply(this, arrayfromargs(arguments));
}

function onSound(id, path, ms, peak, samples, sr, length, name, seed, a, b, c) {
    if (id <= shown) return; // overtaken
    if (base && id === base.id && state.vary >= 0 && base.key === baseKey()) {
        request(); // what the variation starts from is there
        return;
    }
    shown = id;
    wanted.retries = 0;
    place = [a, b, c];
    if (id === wanted.id && state.kind !== "generate") { // the pad goes to where the sound is
        showPlace(a / state.range, b / state.range, c / state.range);
        store();
    }
    showAxes();
    toPatch("replace", path);
    say("info", name + ", " + Math.round(length) + " ms, took " + Math.round(ms) + " ms");
    say("error", "ready");
}

function onError(id, code, sentence) {
    if (code === "closing") server.heard = now() - LOST_MS;
    if (code === "unknown-sound" && id === wanted.id && base) {
        base = null; // the server has forgotten it, or is another one
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
    var values = ["store", RECALL];
    for (var i = 0; i < ORDER.length; i++) values.push(stored(ORDER[i]));
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

// ---- small things ---------------------------------------------------------------------------

function newId() { return nextId++; }
function draw() { return Math.floor(Math.random() * 2147483648); }
function now() { return new Date().getTime(); }
function clip(value) { return Math.max(-1, Math.min(1, value)); }

// Parameters are single precision, and text may come as a symbol.
function close(a, b) {
    return typeof a === "number" && typeof b === "number" ? Math.abs(a - b) < 1e-5 : a === b;
}

// Not messages of the object.
change.local = soon.local = onDrag.local = request.local = baseKey.local = onBeat.local = 1;
listen.local = onSound.local = onError.local = toPatch.local = say.local = send.local = 1;
store.local = stored.local = showPlace.local = showAxes.local = newId.local = draw.local = 1;
now.local = clip.local = close.local = 1;

// The client of the protocol (docs/protocol.md): turns messages of the controls into requests, and
// answers into texts and sounds. Two ways have the same messages: the engine in the device
// (node.script with ndm_engine.js), and the server (OSC over UDP). For Max's js object. It is one
// file of more than 250 lines because that object knows ECMAScript 5 only, without modules.
//
// In:  messages of the controls; every OSC message from udpreceive; `engine MESSAGE` from node.script.
// Out: 0 OSC messages for udpsend; 1 messages for the patch (see TO THE PATCH below).

autowatch = 1;
inlets = 1;
outlets = 2;

var RANGES = [0.5, 1, 2, 4];
var THROTTLE_MS = 20; // while a control is dragged, requests are sent at most this often
var HEARTBEAT_MS = 1000;
var LOST_MS = 3000; // without an answer for so long, the server counts as gone
var BUSY_MS = 8000; // and the engine in the device, which takes in a sample between two answers
var SIGN_MS = 10000; // so long Max may take to start the engine's process
var OPEN_MS = 60000; // and the engine to open its model
var MOST_STARTS = 3; // without a sound in between
var NO_ENGINE = "this device has no engine, make max builds one that has it";
var SETTLE_MS = 200; // a sound that stays for so long gets its softer strokes
// With Humanise, each of four layers is the sound itself and HITS - 1 hits of its own. The sound
// itself is in every set, so it takes no turn. 20 strokes of 0.7 s fill 5 MB, and the server needs
// half a second or more for them: a new set is asked for at most every FRESH_MS.
var HITS = 5;
var FRESH_MS = 4000;
var RECALL_VERSION = 3; // version of the stored list

// The sound that the device plays: everything that a set or preset must store to restore exactly
// this sound. `seed` and `vary` (the seed of a variation) are -1 if there is none. A dropped sample
// is bent: p1 to p3 count from where it lies, and `turn` and `blend` are shares, 0 to 1. If `path`
// is a copy that the engine keeps, `from` is the file that was dropped.
var state = {
    kind: "generate", category: "kick", p1: 0, p2: 0, p3: 0, range: 1, wild: 1, take: 0,
    seed: -1, vary: -1, amount: 0, path: "", toward: "kick", turn: 0, blend: 0, from: ""
};
var STORED = ["kind", "category", "p1", "p2", "p3", "range", "wild", "take", "seed", "vary",
    "amount", "path", "toward", "turn", "blend", "from"];
// Values that are asked of the sound. The controls of decay and attack count in ms, noisiness in %.
var QUALITIES = ["pitch", "sweep", "decay", "attack", "brightness", "noisiness", "body", "air", "loudness"];
var FACTORS = {decay: 0.001, attack: 0.001, noisiness: 0.01};
var wishes = {}; // the values of the controls, by name
var asked = {}; // whether they are asked for
var human = 0; // how much notes differ, 0 to 1
var nextAmount = 0.3; // the amount of the next variation
var place = null; // P1, P2, P3 of the last sound; they may lie beyond the XY pad
var notes = []; // sentences about the next sound

// The server, or the engine in its place: `connected` says that what is in use has said hello.
var server = {port: 9710, reply: 0, connected: false, lastAnswer: 0, tries: 0, name: "", model: ""};
// The engine in the device: whether it is wanted, and in use; when it was started (0: it is about to
// be) and stopped, whether it has shown itself since, how often it was started without a sound in
// between; why it cannot be used.
var inside = {
    wanted: true, used: false, began: 0, stopped: 0, sign: false, starts: 0, why: ""
};
var axes = {};
var ready = false;
var nextId = 1;
var newest = {id: -1, sent: 0, retries: 0}; // the newest request
// The steps of the sound (see steps()) that were requested: {key, id, there}.
var made = [];
var shown = -1; // id of the sound in the buffer
var layers = {id: -1, sent: 0, tries: 0}; // the request for the strokes of the sound, or -1
// Strokes are loaded by two buffers in turn, so that one that is playing goes on.
var strokes = {buffer: 2, came: 0};
var recalled = 0; // when a preset was recalled

var heartbeat = new Task(onHeartbeat, this);
var throttle = new Task(onThrottle, this);
var settle = new Task(onSettle, this);
var refresh = new Task(onSettle, this); // if something else is on its way, the next round asks
heartbeat.local = throttle.local = settle.local = refresh.local = 1;

// ---- controls -------------------------------------------------------------------------------

// The device is loaded (live.thisdevice).
function start() {
    ready = true;
    listen();
    toPatch("to", server.port);
    heartbeat.interval = HEARTBEAT_MS;
    heartbeat.repeat();
    if (inside.wanted) startEngine();
    onHeartbeat();
}

// What makes the sounds: 0 is the engine in the device, 1 the server.
function way(index) {
    if (inside.wanted === (index === 0)) return;
    inside.wanted = index === 0;
    inside.starts = 0;
    if (!ready) return;
    if (inside.wanted) startEngine();
    else leaveEngine("");
    onHeartbeat();
}

// A kit of 16 voices, which ndm_kit.js puts into a Drum Rack. A dropped sample is one of them.
function kit() {
    if (!inside.used || !server.connected) {
        say("error", "a kit needs the engine in the device: set Engine to Device");
        return;
    }
    var own = state.kind === "sample" && shown >= 0 ? ["of", shown] : [];
    send.apply(this, ["/ndm/kit", newId(), "seed", randomSeed()].concat(own));
    say("info", "making a kit …");
}

function category(name) { change("category", String(name)); }
function p1(value) { change("p1", value); }
function p2(value) { change("p2", value); }
function p3(value) { change("p3", value); }
function range(index) { change("range", RANGES[index]); }
function wild(value) { change("wild", value); }
function take(value) { change("take", Math.round(value)); }
function amount(value) { nextAmount = value; }
function toward(name) { bent("toward", String(name)); }
function turn(percent) { bent("turn", percent / 100); }
function blend(percent) { bent("blend", percent / 100); }

function humanise(percent) {
    if (close(human, percent / 100)) return;
    human = percent / 100;
    refresh.cancel();
    if (shown >= 0) settleSoon(); // until then, notes play what is there
}

// A note has played this hit of its layer; 0 is the sound itself.
function hit(number) {
    if (human === 0 || number < HITS - 1 || refresh.running) return;
    // All have had their turn.
    refresh.schedule(Math.max(1, Math.max(strokes.came, layers.sent) + FRESH_MS - now()));
}

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

// A file was dropped on the device. The engine in the device opens it. For the server the patch
// loads it, and ndm_sample.js sends its samples. It is played as it is until a control moves.
function drop(path) {
    path = String(path);
    if (path === "") return;
    if ((path === state.path || path === state.from) && now() - recalled < 1000) return;
    state.kind = "sample";
    state.path = path;
    state.from = "";
    state.seed = state.vary = -1;
    made = []; // the same file may have changed
    showPlace(0, 0, 0);
    requestSoon();
}

function port(number) {
    if (number === server.port) return;
    server.port = number;
    if (!inside.used) server.connected = false;
    server.tries = 0;
    if (ready) {
        toPatch("to", number);
        onHeartbeat();
    }
}

// The stored list, when a set is loaded or a preset chosen.
function recall() {
    var values = arrayfromargs(arguments);
    if (values[0] === 1 && values.length === 13) { // before samples were bent
        if (values[1] === "sample") values[3] = values[4] = values[5] = 0;
        values = [2].concat(values.slice(1), [values[2], 0, 0]);
    }
    if (values[0] === 2 && values.length === 16) { // before samples were kept
        values = [RECALL_VERSION].concat(values.slice(1), "-");
    }
    if (values.length !== STORED.length + 1 || values[0] !== RECALL_VERSION) return;
    for (var i = 0, same = true; i < STORED.length; i++) {
        if (!close(values[i + 1], stored(STORED[i]))) same = false;
    }
    if (same) return; // an echo of our own list
    for (i = 0; i < STORED.length; i++) state[STORED[i]] = values[i + 1];
    if (state.path === "-") state.path = "";
    if (state.from === "-") state.from = "";
    recalled = now();
    showPlace(state.p1, state.p2, state.p3);
    requestSoon();
}

function notifydeleted() {
    heartbeat.cancel();
    throttle.cancel();
    settle.cancel();
    refresh.cancel();
}

// A control that acts on a dropped sample alone.
function bent(name, value) {
    if (close(state[name], value)) return;
    state[name] = value;
    if (state.kind !== "sample") {
        if (ready && state.turn + state.blend > 0) {
            say("error", "Toward, Turn and Blend act on a dropped sample");
        }
        store();
        return;
    }
    if (name === "toward" && state.turn === 0) {
        store();
        return;
    }
    state.vary = -1;
    requestSoon();
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
    if (state.kind === "random" && name.charAt(0) === "p") state.kind = "generate";
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
    var wanted = steps(), last = wanted.length - 1;
    settle.cancel();
    for (var i = 0; i <= last; i++) {
        var known = made[i] && made[i].key === wanted[i].key ? made[i] : null;
        if (known && i < last) {
            if (known.there) continue;
            return; // its answer asks again
        }
        if (known && !known.there && i > 0) return;
        var id = newest.id = newId();
        newest.sent = now();
        if (i === 0 && known && known.there && state.kind === "sample") { // as it is
            made = made.slice(0, 1);
            send("/ndm/bend", id, known.id, 0, 0, 0, "channels", 2);
            return;
        }
        made = made.slice(0, i).concat([{key: wanted[i].key, id: id, there: false}]);
        wanted[i].ask(id, i > 0 ? made[i - 1].id : -1);
        return;
    }
}

// What is requested, one after the other, for the sound: a drawn sound or a sample, the bent sample
// if anything bends it, and a variation of that. Each names the one before by its id. `key` tells
// whether the server has it already.
function steps() {
    var wished = wishPairs(), s = state, place = [s.p1, s.p2, s.p3], list = [];
    function add(values, ask) {
        var key = (list.length ? [list[list.length - 1].key] : []).concat(values).join("|");
        list.push({key: key, ask: ask});
    }
    if (s.kind === "sample") {
        add(["sample", s.category, s.path], function (id) {
            if (inside.used) {
                send("/ndm/open", id, s.path, "category", s.category, "take", s.take,
                    "channels", 2);
                say("info", "opening the sample …");
            } else upload(id);
        });
        if (s.p1 || s.p2 || s.p3 || s.turn || s.blend || wished.length) {
            var turned = s.turn > 0 ? ["to", s.toward, "t", s.turn] : [];
            add(["bend", place, s.range, turned, s.blend, s.take, wished], function (id, of) {
                send.apply(this, ["/ndm/bend", id, of].concat(place, ["range", s.range],
                    turned, ["blend", s.blend, "take", s.take, "channels", 2], wished));
            });
        }
    } else if (s.kind === "random") {
        add(["random", s.category, s.seed, s.wild, s.take, wished], function (id) {
            send.apply(this, ["/ndm/random", id, s.category, "seed", s.seed, "wild", s.wild,
                "take", s.take, "channels", 2].concat(wished));
        });
    } else {
        var drawn = s.seed >= 0 ? ["seed", s.seed, "wild", s.wild] : [];
        add(["generate", s.category, place, s.range, s.take, drawn, wished], function (id) {
            send.apply(this, ["/ndm/generate", id, s.category].concat(place, ["range", s.range,
                "take", s.take, "channels", 2], drawn, wished));
        });
    }
    if (s.vary >= 0) {
        add(["variation", s.amount, s.vary, s.take, wished], function (id, of) {
            send.apply(this, ["/ndm/variation", id, of, s.amount, "seed", s.vary,
                "take", s.take, "channels", 2].concat(wished));
        });
    }
    return list;
}

// Let Max read the sample, and send what it has read.
function upload(id) {
    toPatch("upload", id, state.category, state.take, server.reply,
        fileName(state.from || state.path));
    toPatch("sample", state.path);
    say("info", "sending the sample …");
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
    if (server.connected && now() - server.lastAnswer > (inside.used ? BUSY_MS : LOST_MS)) {
        server.connected = false;
        server.tries = 0;
        if (inside.used) stopEngine();
        if (inside.wanted && inside.why === "") startEngine();
    }
    if (inside.used && !server.connected) {
        if (inside.began === 0) {
            launch();
            return;
        }
        if (now() - inside.began <= (inside.sign ? OPEN_MS : SIGN_MS)) return;
        leaveEngine(inside.sign ? "the engine in the device does not open"
            : NO_ENGINE);
    }
    if (server.connected) {
        send("/ndm/ping", newId());
        // UDP may lose a message: repeat a request whose answer is overdue. A sample whose parts did
        // not come is refused instead.
        var isLate = newest.id > shown && now() - newest.sent > LOST_MS / 2;
        if (isLate && newest.retries < 3 && (state.kind !== "sample" || made.length > 1)) {
            newest.retries++;
            made = state.kind === "sample" ? made.slice(0, 1) : [];
            request();
        } else if (!isLate && layers.id >= 0 && layers.tries < 3
            && now() - layers.sent > LOST_MS) {
            askForStrokes();
        }
        return;
    }
    if (server.tries > 0) {
        say("status", "no server at port " + server.port);
        say("error", (inside.why ? inside.why + "; or " : "") + "start the server: make play");
    }
    // Another program may have the port for answers, which Max does not report: try another one.
    if (server.tries > 0 && server.tries % 3 === 0) listen();
    server.tries++;
    send("/ndm/hello");
}

function startEngine() {
    if (inside.starts === MOST_STARTS) {
        leaveEngine("the engine in the device stops again and again");
        return;
    }
    inside.starts++;
    inside.used = true;
    inside.sign = server.connected = false;
    inside.began = 0;
    inside.why = "";
    say("status", "the engine in the device opens");
    launch();
}

// Start the process, unless one has been stopped just now: then the heartbeat tries again.
function launch() {
    if (now() - inside.stopped < HEARTBEAT_MS) return;
    inside.began = now();
    toPatch("node", "script", "start");
}

function stopEngine() {
    inside.stopped = now();
    toPatch("node", "script", "stop");
}

// Let the server make the sounds.
function leaveEngine(why) {
    if (inside.used) stopEngine();
    inside.used = server.connected = false;
    inside.why = why;
    server.tries = 0;
}

// What node.script says of its process, such as `start error …`.
function lifecycle(event, result) {
    if (inside.used && event === "start" && result === "error") {
        leaveEngine(NO_ENGINE);
        onHeartbeat();
    }
}

// A message of ndm_engine.js.
function engine(address) {
    var values = arrayfromargs(arguments).slice(1);
    if (!inside.used) return; // what it said before it was left
    inside.sign = true;
    if (address === "/ndm/engine") {
        if (values[0] === "failed") {
            leaveEngine(values[1]);
            onHeartbeat();
        }
    } else if (address === "/ndm/kit") {
        server.lastAnswer = now();
        toPatch.apply(this, ["kit"].concat(values.slice(1)));
    } else if (address === "/ndm/kept") {
        server.lastAnswer = now();
        onKept(values[1], values[2]);
    } else if (address === "/ndm/note") {
        notes.push(values[1]);
    } else {
        answered(address, values);
    }
}

// The engine has copied the dropped sample; from now on the set needs the copy alone.
function onKept(path, copy) {
    if (state.path !== path || state.from !== "") return;
    var same = steps(), i;
    state.path = copy;
    state.from = path;
    var renamed = steps();
    for (i = 0; i < made.length; i++) {
        if (same[i] && made[i].key === same[i].key) made[i].key = renamed[i].key;
    }
    store();
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
        say("status", inside.used ? "engine in the device, " + server.model
            : "server " + server.name + ", port " + server.port + ", " + server.model);
        if (server.connected) return;
        server.connected = true;
        made = []; // it may be a new server, which has no earlier sounds
        sayReady();
        showAxes();
        request();
    },
    "/ndm/pong": function () {},
    "/ndm/sound": onSound,
    "/ndm/superseded": function () {},
    "/ndm/error": onError,
    "/ndm/status": function () {},
    "/ndm/values": function () {}, // the device does not ask for them
    "/ndm/layers": onLayers
};

function anything() {
    if (!inside.used) answered(messagename, arrayfromargs(arguments));
}

function answered(address, values) {
    var answer = ANSWERS[address];
    if (!answer) {
        say("error", "no such message: " + address);
        return;
    }
    server.lastAnswer = now();
    answer.apply(this, values);
}

function onSound(id, path, ms, peak, samples, sr, length, name, seed, a, b, c) {
    if (id <= shown) return; // a newer sound is already there
    var wanted = steps();
    for (var i = 0; i < made.length; i++) {
        if (made[i].id !== id) continue;
        made[i].there = true;
        if (i < wanted.length - 1 && made[i].key === wanted[i].key) {
            request(); // the sound that the next step starts from has arrived
            return;
        }
    }
    shown = id;
    newest.retries = 0;
    place = [a, b, c];
    if (id === newest.id && state.kind === "random") { // move the XY pad to the sound
        showPlace(a / state.range, b / state.range, c / state.range);
        store();
    }
    toPatch("loud"); // the softer strokes are those of the sound before
    layers.id = -1;
    refresh.cancel();
    settleSoon();
    showAxes();
    toPatch("replace", path);
    say("info", name + ", " + Math.round(length) + " ms, took " + Math.round(ms) + " ms");
    inside.starts = 0;
    sayReady();
}

function sayReady() {
    var why = inside.why ? ": " + inside.why : "";
    var text = inside.wanted && !inside.used ? "ready, by the server" + why : "ready";
    say("error", [text].concat(notes).join(". "));
    notes = [];
}

function settleSoon() {
    settle.cancel();
    settle.schedule(SETTLE_MS);
}

// The sound has not changed for a while.
function onSettle() {
    layers.tries = 0;
    askForStrokes();
}

function askForStrokes() {
    if (newest.id > shown || !server.connected) return;
    layers = {id: newId(), sent: now(), tries: layers.tries + 1};
    var hits = human > 0 ? ["hits", HITS, "amount", human, "seed", randomSeed()] : [];
    send.apply(this, ["/ndm/layers", layers.id, shown].concat(hits, ["channels", 2]));
}

// Further arguments are the velocities: of three layers, or of each hit of four layers.
function onLayers(id, of, path, samples, sr) {
    if (of !== shown) return; // there is another sound by now
    if (id === layers.id) layers.id = -1;
    var count = arguments.length - 5;
    strokes = {buffer: 3 - strokes.buffer, came: now()};
    toPatch("hits", count > 3 ? count / 4 : 1);
    toPatch("stride", 1000 * samples / sr);
    if (strokes.buffer === 1) toPatch("soft", path);
    else toPatch("soft2", path);
}

function onError(id, code, sentence) {
    if (id === layers.id) { // notes play the loud sound, at the right level
        if (code !== "busy") layers.id = -1;
        return;
    }
    if (code === "unsupported" && inside.used && made.length && id === made[0].id) {
        upload(id); // Max may read what the engine does not
        return;
    }
    if (code === "closing") server.lastAnswer = now() - LOST_MS;
    if (code === "unknown-sound" && id === newest.id && newest.retries < 3) {
        newest.retries++;
        made = []; // the server no longer has it, or is a new one
        request();
        return;
    }
    made = made.slice(0, made.length - (id === newest.id ? 1 : 0)); // so that it is asked for again
    say("error", sentence);
}

// ---- TO THE PATCH ---------------------------------------------------------------------------
// listen PORT | to PORT | replace PATH | upload ID CATEGORY TAKE PORT NAME | sample PATH |
// store LIST | p1 V | p2 V | p3 V | place P1 P2 | axes A B | status TEXT | error TEXT | info TEXT |
// loud (play the sound itself) | hits N (of each layer) | stride MS (length of each stroke) |
// soft PATH and soft2 PATH (the file of the strokes) | node MESSAGE |
// kit NAME FOLDER, and NOTE CHOKE PATH VOICE of each voice

function toPatch() {
    outlet(1, arrayfromargs(arguments));
}

function say(where, text) {
    outlet(1, where, text);
}

function send() {
    var message = arrayfromargs(arguments);
    if (inside.used) toPatch.apply(this, ["node"].concat(message));
    else outlet(0, message.concat("reply", server.reply));
}

// A message of ndm_sample.js.
function pass() {
    var message = arrayfromargs(arguments);
    if (inside.used) toPatch.apply(this, ["node"].concat(message));
    else outlet(0, message);
}

function store() {
    var values = ["store", RECALL_VERSION];
    for (var i = 0; i < STORED.length; i++) values.push(stored(STORED[i]));
    outlet(1, values);
}

function stored(name) {
    return state[name] === "" ? "-" : state[name];
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
function fileName(path) { return path.split(/[\\/]/).pop(); }
function clip(value) { return Math.max(-1, Math.min(1, value)); }

// Parameters have single precision, and text may arrive as a symbol.
function close(a, b) {
    return typeof a === "number" && typeof b === "number" ? Math.abs(a - b) < 1e-5 : a === b;
}

// These functions are not messages of the object.
change.local = bent.local = requestSoon.local = onThrottle.local = request.local = 1;
steps.local = onHeartbeat.local = wishPairs.local = onSettle.local = onLayers.local = 1;
settleSoon.local = askForStrokes.local = startEngine.local = leaveEngine.local = 1;
launch.local = stopEngine.local = onKept.local = upload.local = 1;
answered.local = sayReady.local = fileName.local = 1;
listen.local = onSound.local = onError.local = toPatch.local = say.local = send.local = 1;
store.local = stored.local = showPlace.local = showAxes.local = newId.local = randomSeed.local = 1;
now.local = clip.local = close.local = 1;

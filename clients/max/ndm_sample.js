// Sends the samples of a dropped file to the server, in parts (docs/protocol.md, /ndm/upload).
// For Max's js object. Its argument is the name of the buffer~ into which the patch loads the file.
//
// In:  upload ID CATEGORY TAKE REPLY-PORT, then `loaded` when the buffer~ has loaded the file.
// Out: 0 OSC messages for udpsend; 1 `error TEXT`.

autowatch = 1;
inlets = 1;
outlets = 2;

var PART = 256; // samples per message: fits one datagram of any network
var PARTS = 4; // messages at a time
var PAUSE_MS = 10;
var SECONDS = 3; // longer than any sound that the model uses
var PATIENCE_MS = 3000;

var waiting = null; // [id, category, take, reply] until the file is loaded
var job = null;

var pump = new Task(onPump, this);
var patience = new Task(onPatience, this);
pump.local = patience.local = 1;

function upload() {
    waiting = arrayfromargs(arguments);
    job = null;
    patience.cancel();
    patience.schedule(PATIENCE_MS);
}

function loaded() {
    if (!waiting) return;
    patience.cancel();
    var buffer = new Buffer(jsarguments[1]);
    var frames = buffer.framecount();
    // The buffer~ keeps the file's sample rate and reports its length in milliseconds.
    var sr = Math.round(1000 * frames / buffer.length());
    if (!(frames > 0 && sr > 0)) {
        waiting = null;
        outlet(1, "error", "the sample is empty");
        return;
    }
    job = {
        id: waiting[0], reply: waiting[3], buffer: buffer, sent: 0,
        channels: buffer.channelcount(), total: Math.min(frames, SECONDS * sr)
    };
    outlet(0, ["/ndm/upload", job.id, job.total, sr, "category", waiting[1], "take", waiting[2],
        "reply", job.reply]);
    waiting = null;
    pump.schedule(PAUSE_MS);
}

function onPump() {
    for (var i = 0; job && i < PARTS; i++) {
        var n = Math.min(PART, job.total - job.sent);
        outlet(0, ["/ndm/samples", job.id, job.sent].concat(mono(job, n), "reply", job.reply));
        job.sent += n;
        if (job.sent === job.total) job = null;
    }
    if (job) pump.schedule(PAUSE_MS);
}

// The mean of all channels; peek counts channels from 1.
function mono(from, n) {
    var sum = [].concat(from.buffer.peek(1, from.sent, n));
    for (var c = 2; c <= from.channels; c++) {
        var other = [].concat(from.buffer.peek(c, from.sent, n));
        for (var i = 0; i < n; i++) sum[i] += other[i];
    }
    // Max would send whole numbers as another type, so 1e-9, far below any sound, is added.
    for (i = 0; i < n; i++) sum[i] = sum[i] / from.channels + 1e-9;
    return sum;
}

// buffer~ reports no error for a file that it cannot read.
function onPatience() {
    waiting = null;
    outlet(1, "error", "the dropped file could not be read as a sound");
}

function notifydeleted() {
    pump.cancel();
    patience.cancel();
}

onPump.local = mono.local = onPatience.local = 1;

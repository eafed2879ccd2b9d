// Sends the samples of a dropped file in parts (docs/protocol.md, /ndm/upload): to the server, or to
// the engine in the device if it does not read the file itself.
// For Max's js object. Its argument is the name of the buffer~ into which the patch loads the file.
//
// In:  upload ID CATEGORY TAKE REPLY-PORT NAME, then `loaded` when the buffer~ has loaded the file.
// Out: 0 OSC messages for the client to pass on; 1 `error TEXT`.

autowatch = 1;
inlets = 1;
outlets = 2;

var PART = 256; // samples per message: fits one datagram of any network
var PARTS = 4; // messages at a time
var PAUSE_MS = 10;
var SECONDS = 3; // longer than any sound that the model uses
var PATIENCE_MS = 3000;

var waiting = null; // [id, category, take, reply, name] until the file is loaded
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
        outlet(1, "error", waiting[4] + ": is empty; save the sound again");
        waiting = null;
        return;
    }
    var channels = buffer.channelcount();
    job = {
        id: waiting[0], reply: waiting[3], buffer: buffer, sent: 0, channels: channels,
        frames: Math.min(frames, SECONDS * sr), planes: channels === 2 ? 2 : 1
    };
    job.total = job.planes * job.frames; // all of the left channel, then all of the right one
    outlet(0, ["/ndm/upload", job.id, job.total, sr, "category", waiting[1], "take", waiting[2],
        "channels", 2, "source_channels", job.planes, "reply", job.reply]);
    waiting = null;
    pump.schedule(PAUSE_MS);
}

function onPump() {
    for (var i = 0; job && i < PARTS; i++) {
        var at = job.sent % job.frames;
        var n = Math.min(PART, job.frames - at);
        outlet(0, ["/ndm/samples", job.id, job.sent].concat(part(job, at, n), "reply", job.reply));
        job.sent += n;
        if (job.sent === job.total) job = null;
    }
    if (job) pump.schedule(PAUSE_MS);
}

// Samples of the channel whose turn it is. Of more than two channels it is the mean of all. peek
// counts channels from 1.
function part(from, at, n) {
    var first = from.planes === 2 && from.sent >= from.frames ? 2 : 1;
    var last = from.planes === 2 ? first : from.channels;
    var sum = [].concat(from.buffer.peek(first, at, n));
    for (var c = first + 1; c <= last; c++) {
        var other = [].concat(from.buffer.peek(c, at, n));
        for (var i = 0; i < n; i++) sum[i] += other[i];
    }
    // Max would send whole numbers as another type, so 1e-9, far below any sound, is added.
    for (i = 0; i < n; i++) sum[i] = sum[i] / (last - first + 1) + 1e-9;
    return sum;
}

// buffer~ reports no error for a file that it cannot read.
function onPatience() {
    outlet(1, "error", waiting[4] + ": cannot be read as a sound; save it as WAV");
    waiting = null;
}

function notifydeleted() {
    patience.cancel();
    pump.cancel();
}

onPump.local = part.local = onPatience.local = 1;

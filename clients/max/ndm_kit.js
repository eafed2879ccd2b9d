// Puts the files of a kit into a Drum Rack on a new track, where Live's API can: chains since Live
// 12.3, a Simpler's sample since 12.4. Elsewhere it says where the files are. For Max's js object.
//
// In:  kit NAME FOLDER, and NOTE CHOKE PATH VOICE of each voice.
// Out: 0 `info TEXT` and `error TEXT`.

autowatch = 1;
inlets = 1;
outlets = 2;

var ONE_SHOT = 1; // Simpler's mode: a note plays the whole sample

function kit(name, folder) {
    var values = arrayfromargs(arguments).slice(2), voices = [];
    for (var i = 0; i < values.length; i += 4) {
        voices.push({note: values[i], choke: values[i + 1], path: values[i + 2], name: values[i + 3]});
    }
    var problem = build(name, voices);
    if (problem) {
        outlet(0, "info", "kit " + name + ": " + voices.length + " files");
        outlet(0, "error", problem + ". The files are in " + folder);
        return;
    }
    outlet(0, "info", "kit " + name + ": a Drum Rack on a new track");
    outlet(0, "error", "ready");
}

// Build the Drum Rack, or return why that is not possible, and leave the set as it was.
function build(name, voices) {
    var own = new LiveAPI("this_device");
    var place = /^live_set tracks (\d+)/.exec(own.unquotedpath);
    if (!place) return "This device is on no track of the set";
    if (!can(new LiveAPI(place[0]), "insert_device")) return "Live 12.4 or newer makes a Drum Rack of it";
    var set = new LiveAPI("live_set"), number = Number(place[1]) + 1, track = "live_set tracks " + number;
    set.call("create_midi_track", number);
    var problem = fill(track, voices);
    if (problem) set.call("delete_track", number);
    else new LiveAPI(track).set("name", name);
    return problem;
}

function fill(track, voices) {
    new LiveAPI(track).call("insert_device", "Drum Rack", 0);
    var rack = new LiveAPI(track + " devices 0");
    if (!can(rack, "insert_chain")) return "Live 12.4 or newer makes a Drum Rack of it";
    for (var i = 0; i < voices.length; i++) {
        rack.call("insert_chain", i);
        var path = track + " devices 0 chains " + i, chain = new LiveAPI(path);
        chain.set("name", voices[i].name);
        chain.set("in_note", voices[i].note);
        if (voices[i].choke > 0) chain.set("choke_group", voices[i].choke);
        chain.call("insert_device", "Simpler", 0);
        var simpler = new LiveAPI(path + " devices 0");
        if (!can(simpler, "replace_sample")) return "Live 12.4 or newer makes a Drum Rack of it";
        simpler.call("replace_sample", voices[i].path);
        simpler.set("playback_mode", ONE_SHOT);
    }
    return "";
}

// Whether an object of Live is there and has a function. `info` lists them all.
function can(object, name) {
    return Number(object.id) !== 0 && new RegExp("\\bfunction " + name + "\\b").test(object.info);
}

build.local = fill.local = can.local = 1;

// Stands in for Live's API as Max's js object has it: a set of tracks with devices, of a version of
// Live. Functions that the version lacks are not listed, and do nothing.

"use strict";

const SINCE = { insert_device: 12.3, insert_chain: 12.3, replace_sample: 12.4 };
const FUNCTIONS = {
  set: {
    create_midi_track: (set, at) => set.tracks.splice(at, 0, { name: "", devices: [] }),
    delete_track: (set, at) => set.tracks.splice(at, 1),
  },
  track: { insert_device: insert },
  chain: { insert_device: insert },
  rack: { insert_chain: (rack, at) => rack.chains.splice(at, 0, { name: "", in_note: -1, choke_group: 0, devices: [] }) },
  simpler: { replace_sample: (simpler, path) => { simpler.sample = path; } },
  device: {},
};

function insert(owner, name, at) {
  const device = { name };
  if (name === "Drum Rack") device.chains = [];
  if (name === "Simpler") Object.assign(device, { sample: null, playback_mode: 0 });
  owner.devices.splice(at, 0, device);
}

/** `version` is Live's; `place` is where the device lies. */
class LiveSet {
  constructor() {
    this.version = 12.4;
    this.place = "live_set tracks 0 devices 0";
    this.tracks = [{ name: "Drums", devices: [{ name: "Neural Drum Machine" }] }, { name: "Bass", devices: [] }];
  }

  find(path) {
    let [found, kind] = [this, "set"];
    const words = path.split(" ").slice(1);
    while (found && words.length) {
      const list = words.shift();
      found = found[list]?.[Number(words.shift())];
      kind = { tracks: "track", chains: "chain" }[list];
      if (list === "devices") kind = found?.chains ? "rack" : found?.name === "Simpler" ? "simpler" : "device";
    }
    return { found, kind };
  }

  api() {
    const set = this;
    return class LiveAPI {
      constructor(path) {
        this.unquotedpath = path === "this_device" ? set.place : path;
        const { found, kind } = set.find(this.unquotedpath);
        this._object = found;
        this._functions = Object.entries(FUNCTIONS[kind] ?? {}).filter(([name]) => set.version >= (SINCE[name] ?? 0));
        this.id = found ? "1" : "0";
      }

      get info() {
        return ["id 1", ...this._functions.map(([name]) => `function ${name}`), "done"].join("\n");
      }

      call(name, ...values) {
        this._functions.find(([known]) => known === name)?.[1](this._object, ...values);
      }

      set(name, value) {
        if (!(name in this._object)) throw new Error(`no property ${name}`);
        this._object[name] = value;
      }
    };
  }
}

module.exports = { LiveSet };

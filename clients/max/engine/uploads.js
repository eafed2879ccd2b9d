/** A sample that Max sends in parts, because only Max reads its file; the rules of docs/protocol.md. */

import { Refused } from "../../../src/neural_drum_machine/web/js/engine/refusal.js";

/** @import { Asked } from "../../../src/neural_drum_machine/web/js/engine/answers.js" */
/** @import { FileSamples } from "./audio/file-samples.js" */

const MOST_SAMPLES = 3_840_000;
const PATIENCE_MS = 3000;

export class Uploads {
  /** @param {(asked: Asked, samples: FileSamples) => void} whole is called when all parts have come @param {(id: number, error: Refused) => void} refuse */
  constructor(whole, refuse) {
    this._whole = whole;
    this._refuse = refuse;
    /** @type {{asked: Asked, samples: Float32Array, has: Uint8Array, missing: number}|null} */
    this._open = null;
    /** @type {NodeJS.Timeout|undefined} */
    this._timer = undefined;
  }

  /** Announce a sample; returns the announcement that it replaces. @param {Asked} asked @returns {Asked|null} */
  begin(asked) {
    const { total, source_channels: sides = 1 } = asked;
    if (!(total >= 1 && total <= MOST_SAMPLES)) throw new Refused("out-of-range", `total must lie between 1 and ${MOST_SAMPLES}, got ${total}`);
    if (sides < 1 || sides > 2 || total % sides) throw new Refused("out-of-range", `${total} samples do not make ${sides} equal channels`);
    const before = this._open?.asked ?? null;
    this._open = { asked, samples: new Float32Array(total), has: new Uint8Array(total), missing: total };
    this._wait();
    return before;
  }

  /** @param {number} id @param {number} offset @param {number[]} samples */
  part(id, offset, samples) {
    const open = this._open;
    if (open?.asked.id !== id) return; // it was replaced, or given up
    if (!(offset >= 0 && offset + samples.length <= open.samples.length)) {
      throw new Refused("out-of-range", `a part from sample ${offset} on does not fit into ${open.samples.length}`);
    }
    open.samples.set(samples, offset);
    for (let i = offset; i < offset + samples.length; i++) {
      open.missing -= open.has[i] ? 0 : 1;
      open.has[i] = 1;
    }
    this._wait();
    if (open.missing) return;
    this._end();
    const { sr, source_channels: sides = 1 } = open.asked;
    const length = open.samples.length / sides;
    this._whole(open.asked, { sr, channels: Array.from({ length: sides }, (_, n) => open.samples.slice(n * length, (n + 1) * length)) });
  }

  _wait() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      const open = this._open;
      this._end();
      if (open) this._refuse(open.asked.id, new Refused("incomplete", `${open.missing} of ${open.samples.length} samples did not come; drop the sample again`));
    }, PATIENCE_MS);
  }

  _end() {
    clearTimeout(this._timer);
    this._open = null;
  }
}

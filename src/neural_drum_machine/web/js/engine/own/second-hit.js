/** What a recording has beside its first hit, in sentences for people; as `signal/second_hit.py`. */

const RATE = 44100;
/** Samples between levels; each is that of four times as many. */
const HOP = 11;
const [SILENT_DB, RISE_DB, SILENT_SECONDS] = [-40, -26, 0.03];
/** What comes later after the onset does not reach the model. */
const HEARD_SECONDS = 2 - 256 / RATE;

/** @param {Float32Array} mono at 44,100 Hz @param {number} onset @returns {string[]} */
export function notesOf(mono, onset) {
  const levels = levelsOf(mono, onset);
  const top = levels.reduce((most, each) => Math.max(most, each), 0);
  const notes = [];
  const loudest = (levels.indexOf(top) * HOP) / RATE;
  if (loudest > HEARD_SECONDS) {
    notes.push(`Its loudest part comes ${loudest.toFixed(2)} s after the first hit. The map and the values hear its first two seconds; cut the file so that it begins with the hit you want.`);
  }
  const second = secondHit(levels, top);
  if (second) notes.push(`A second hit begins ${((second * HOP) / RATE).toFixed(2)} s after the first.`);
  return notes;
}

/** The root of the mean square from the onset on, a level each quarter of a millisecond. @param {Float32Array} mono @param {number} onset */
function levelsOf(mono, onset) {
  const mean = mono.reduce((sum, each) => sum + each, 0) / mono.length;
  const first = Math.floor(onset / HOP);
  const powers = Float64Array.from({ length: Math.max(1, Math.ceil(mono.length / HOP) - first) }, (_, k) => {
    const end = Math.min(mono.length, (first + k + 1) * HOP);
    let sum = 0;
    for (let i = (first + k) * HOP; i < end; i++) sum += (mono[i] - mean) ** 2;
    return sum;
  });
  return powers.map((_, k) => Math.sqrt(powers.subarray(k, k + 4).reduce((sum, each) => sum + each, 0) / (4 * HOP)));
}

/** The place of the first rise after silence; 0 if there is none. @param {Float64Array} levels @param {number} top */
function secondHit(levels, top) {
  let silent = 0;
  for (let k = 0, hasBegun = false; k < levels.length; k++) {
    if (levels[k] < top * 10 ** (SILENT_DB / 20)) silent += 1;
    if (levels[k] < top * 10 ** (RISE_DB / 20)) continue;
    if (hasBegun && silent * HOP >= SILENT_SECONDS * RATE) return k;
    hasBegun = true;
    silent = 0;
  }
  return 0;
}

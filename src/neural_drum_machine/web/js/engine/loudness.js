/** How loud a sound is (ITU-R BS.1770), in LUFS; as `signal/loudness.py`. */

const OFFSET = -0.691;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/** Minus infinity for a sound under −70 LUFS. @param {Float32Array} samples @param {number} rate */
export function loudness(samples, rate) {
  const heard = blockPowers(samples, rate).filter((power) => inLufs(power) > ABSOLUTE_GATE);
  if (!heard.length) return -Infinity;
  const gate = mean(heard) * 10 ** (RELATIVE_GATE / 10);
  return inLufs(mean(heard.filter((power) => power > gate)));
}

/** @param {number} power */
function inLufs(power) {
  return power > 0 ? OFFSET + 10 * Math.log10(power) : -Infinity;
}

/** @param {number[]} numbers */
function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** The power of each block of 0.4 s, one every 0.1 s, weighted as an ear does; at least one. @param {Float32Array} samples @param {number} rate */
function blockPowers(samples, rate) {
  const block = Math.round(0.4 * rate);
  const step = Math.round(0.1 * rate);
  const length = Math.max(samples.length, block);
  const total = new Float64Array(length + 1);
  const filters = weighting(rate).map(({ b, a }) => ({ b, a, x1: 0, x2: 0, y1: 0, y2: 0 }));
  for (let i = 0; i < length; i++) {
    let value = i < samples.length ? samples[i] : 0;
    for (const f of filters) {
      const out = f.b[0] * value + f.b[1] * f.x1 + f.b[2] * f.x2 - f.a[1] * f.y1 - f.a[2] * f.y2;
      [f.x2, f.x1, f.y2, f.y1] = [f.x1, value, f.y1, out];
      value = out;
    }
    total[i + 1] = total[i] + value * value;
  }
  const powers = [];
  for (let start = 0; start + block <= length; start += step) powers.push((total[start + block] - total[start]) / block);
  return powers;
}

/** The two filters of K-weighting. @param {number} rate */
function weighting(rate) {
  let k = Math.tan((Math.PI * 1681.974450955533) / rate);
  let q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const middle = high ** 0.4996667741545416;
  let scale = 1 + k / q + k * k;
  const shelf = {
    b: [high + (middle * k) / q + k * k, 2 * (k * k - high), high - (middle * k) / q + k * k].map((each) => each / scale),
    a: [scale, 2 * (k * k - 1), 1 - k / q + k * k].map((each) => each / scale),
  };
  k = Math.tan((Math.PI * 38.13547087602444) / rate);
  q = 0.5003270373238773;
  scale = 1 + k / q + k * k;
  const highPass = { b: [1, -2, 1], a: [scale, 2 * (k * k - 1), 1 - k / q + k * k].map((each) => each / scale) };
  return [shelf, highPass];
}

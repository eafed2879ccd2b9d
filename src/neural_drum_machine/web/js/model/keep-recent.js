/**
 * Keep a value as the newest of a map, and drop the oldest ones beyond its capacity.
 * @template K, V
 * @param {Map<K, V>} map the oldest first
 * @param {K} key
 * @param {V} value
 * @param {number} capacity
 */
export function keepRecent(map, key, value, capacity) {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= capacity) break;
    map.delete(oldest);
  }
}

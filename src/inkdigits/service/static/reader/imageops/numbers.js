// Small functions on numbers and lists that work as Python's and NumPy's do.

/** The nearest whole number; of two equally near ones the even one, as Python rounds. */
export function round(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** A value held between two limits. */
export const clip = (value, low, high) => Math.min(Math.max(value, low), high);

/** How often `part` goes into `value`, rounded up. */
export const ceilDivide = (value, part) => Math.ceil(value / part);

/** Place of the first largest value. */
export function argmax(values) {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) if (values[at] > values[best]) best = at;
  return best;
}

/** The largest value, or `initial` where that is larger. */
export function largest(values, initial = -Infinity) {
  let most = initial;
  for (let at = 0; at < values.length; at += 1) if (values[at] > most) most = values[at];
  return most;
}

/** The sum of all values. */
export function sum(values) {
  let total = 0;
  for (let at = 0; at < values.length; at += 1) total += values[at];
  return total;
}

/** The items sorted by a number of each, the smallest first; equal ones keep their order. */
export function sortedBy(items, key) {
  return items.map((item) => ({ item, rank: key(item) })).sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** The logarithm of the sum of what two numbers are the logarithms of. */
export function logAdd(one, other) {
  if (one === other) return one + Math.LN2;
  const apart = one - other;
  return apart > 0 ? one + Math.log1p(Math.exp(-apart)) : other + Math.log1p(Math.exp(apart));
}

/**
 * The items by a value that some share, in the order in which the values come first.
 *
 * @template Item, Key
 * @param {Item[]} items
 * @param {(item: Item) => Key} key
 * @returns {Map<Key, Item[]>}
 */
export function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const value = key(item);
    if (!groups.has(value)) groups.set(value, []);
    groups.get(value).push(item);
  }
  return groups;
}

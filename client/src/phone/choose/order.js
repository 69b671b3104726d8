/**
 * Everybody gets the ideas of a vote in an order of their own, so that being first on the list helps nobody; one person
 * sees the same order on every device and after every reload. The sum is written in protocol/rebond_protocol/order.py
 * (32-bit FNV-1a, then MurmurHash3's last mixing), and the examples in protocol/vectors/ballots/order.json hold both to it.
 */

/**
 * @template {{ id: string }} T  `id`: an item's, or of comparisons a pair's key
 * @param {readonly T[]} items
 * @param {string} key  who votes in which round: `${round}:${participant}`
 * @returns {T[]}
 */
export function shuffled(items, key) {
  const begun = summed(`${key}:`);
  return items
    .map((item) => ({ item, at: mixed(summed(item.id, begun)) }))
    .sort((a, b) => a.at - b.at || (a.item.id < b.item.id ? -1 : 1))
    .map(({ item }) => item);
}

/**
 * @param {string} text  ASCII
 * @returns {number} 0 … 2³² − 1
 */
export const orderHash = (text) => mixed(summed(text));

/**
 * @param {string} text
 * @param {number} [hash]  of what stands before it
 */
function summed(text, hash = 0x811c9dc5) {
  let sum = hash;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum;
}

/** @param {number} sum */
function mixed(sum) {
  let hash = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

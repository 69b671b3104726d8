// The lineage of one card as something to read: its ancestors in a line, the first idea first, its descendants as a tree. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {{ id: string, children: Kin[], again: boolean }} Kin  `again`: it starts from several, and was told of above */

/** So deep and so many, and no phone is asked to draw a whole workshop. */
const MOST = 60;

/**
 * Every card this one starts from, and those start from, each once: whoever was first stands first.
 * @param {string} id
 * @param {ReadonlyMap<string, Card>} cards
 * @returns {string[]}
 */
export function ancestorsOf(id, cards) {
  /** @type {Map<string, number>} */
  const depth = new Map();
  /** @type {[string, number][]} */
  const open = (cards.get(id)?.parents ?? []).map((parent) => [parent, 1]);
  for (let next = open.shift(); next && depth.size < MOST; next = open.shift()) {
    const [card, far] = next;
    if ((depth.get(card) ?? 0) >= far) continue;
    depth.set(card, far);
    for (const parent of cards.get(card)?.parents ?? []) open.push([parent, far + 1]);
  }
  const age = (/** @type {string} */ card) => cards.get(card)?.at_ms ?? 0;
  return [...depth].sort(([a, far], [b, near]) => near - far || age(a) - age(b)).map(([card]) => card);
}

/**
 * What a card led to, as a tree; a card that starts from several is told of whole where it is met first.
 * @param {string} id
 * @param {ReadonlyMap<string, readonly string[]>} childrenOf
 * @returns {Kin[]}
 */
export function descendantsOf(id, childrenOf) {
  const told = new Set([id]);
  /** @param {string} parent @returns {Kin[]} */
  const below = (parent) =>
    (childrenOf.get(parent) ?? []).flatMap((child) => {
      if (told.size > MOST) return [];
      const again = told.has(child);
      told.add(child);
      return { id: child, children: again ? [] : below(child), again };
    });
  return below(id);
}

// Who a card comes from and what came of it, over every generation. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {"self" | "ancestor" | "descendant" | "other"} Kin */

/**
 * @param {string} id the card being looked at
 * @param {ReadonlyMap<string, Pick<Card, "parents">>} cards
 * @param {ReadonlyMap<string, readonly string[]>} childrenOf
 * @returns {(card: string) => Kin}
 */
export function kinOf(id, cards, childrenOf) {
  const ancestors = reached(id, (card) => cards.get(card)?.parents ?? []);
  const descendants = reached(id, (card) => childrenOf.get(card) ?? []);
  return (card) => {
    if (card === id) return "self";
    if (ancestors.has(card)) return "ancestor";
    return descendants.has(card) ? "descendant" : "other";
  };
}

/**
 * @param {string} from
 * @param {(card: string) => readonly string[]} next
 * @returns {Set<string>} everything that can be reached, `from` itself left out
 */
function reached(from, next) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = [...next(from)];
  for (let card = open.pop(); card !== undefined; card = open.pop()) {
    if (found.has(card) || card === from) continue;
    found.add(card);
    open.push(...next(card));
  }
  return found;
}

// Stacks on the table: which cards stand in which, and where each stack stands among the cards. And looking for cards. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Group} Group */
/** @typedef {{ kind: "card", card: Card } | { kind: "stack", group: Group, cards: Card[] }} Item */

/**
 * @param {readonly Card[]} cards of one column, in order
 * @param {ReadonlyMap<string, Group>} groups
 * @returns {Item[]} cards that stand alone, and stacks where their group stands; a stack without a visible card is not there
 */
export function stacked(cards, groups) {
  /** @type {Map<string, Extract<Item, { kind: "stack" }>>} */
  const stacks = new Map();
  /** @type {{ order: number, item: Item }[]} */
  const items = [];
  for (const card of cards) {
    const group = card.group === undefined ? undefined : groups.get(card.group);
    if (!group) {
      items.push({ order: card.order, item: { kind: "card", card } });
      continue;
    }
    const stack = stacks.get(group.id);
    if (stack) {
      stack.cards.push(card);
      continue;
    }
    /** @type {Extract<Item, { kind: "stack" }>} */
    const item = { kind: "stack", group, cards: [card] };
    stacks.set(group.id, item);
    items.push({ order: group.order, item });
  }
  return items.sort((one, other) => one.order - other.order).map(({ item }) => item);
}

/**
 * @param {readonly Card[]} cards
 * @param {string} sought
 * @returns {Card[]} those whose words, tags or credit line hold every word looked for, whatever its accents and capitals
 */
export function found(cards, sought) {
  const words = folded(sought).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...cards];
  return cards.filter((card) => {
    const text = folded([card.text, ...(card.tags ?? []), card.owes ?? ""].join(" "));
    return words.every((word) => text.includes(word));
  });
}

/** @param {string} text */
const folded = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();

// The cards on the table, by section, in the board's order. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Section} Section */
/** @typedef {{ section: Section | null, cards: Card[] }} Column */

/** @type {ReadonlySet<Card["state"]>} */
const ON_TABLE = new Set(["shown", "hidden", "erased"]);
/** @type {ReadonlySet<Card["state"]>} */
const IN_BIN = new Set(["withdrawn", "removed"]);

/** @param {Card} card @returns {boolean} */
export const isOnTable = (card) => ON_TABLE.has(card.state);

/** @param {Card} card @returns {boolean} */
export const isInBin = (card) => IN_BIN.has(card.state);

/**
 * @param {readonly Card[]} ordered
 * @param {readonly Section[]} sections
 * @returns {Column[]} every section, empty ones too; cards in none last, and only if there are some or no section at all
 */
export function columnsOf(ordered, sections) {
  /** @type {Map<string | null, Card[]>} */
  const bySection = new Map(sections.map((section) => [section.id, []]));
  /** @type {Card[]} */
  const loose = [];
  for (const card of ordered) {
    if (isOnTable(card)) (bySection.get(card.section) ?? loose).push(card);
  }
  const columns = sections.map((section) => ({ section, cards: bySection.get(section.id) ?? [] }));
  if (loose.length === 0 && sections.length > 0) return columns;
  return [...columns, { section: null, cards: loose }];
}

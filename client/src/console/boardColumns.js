// The cards on the table, by section, in the board's order. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Section} Section */
/** @typedef {{ section: Section | null, cards: Card[] }} Column */

/** @type {ReadonlySet<Card["state"]>} */
const ON_TABLE = new Set(["shown", "hidden"]);
/** @type {ReadonlySet<Card["state"]>} */
const IN_BIN = new Set(["withdrawn", "removed"]);

/** @param {Card} card @returns {boolean} */
export const isOnTable = (card) => ON_TABLE.has(card.state);

/** @param {Card} card @returns {boolean} */
export const isInBin = (card) => IN_BIN.has(card.state);

/**
 * @param {readonly Card[]} ordered
 * @param {readonly Section[]} sections
 *   what was erased keeps a place only where others start from it: its words are no idea any more, its lineage is
 * @returns {Column[]} every section, empty ones too; cards in none last, and only if there are some or no section at all
 */
export function columnsOf(ordered, sections) {
  /** @type {Map<string | null, Card[]>} */
  const bySection = new Map(sections.map((section) => [section.id, []]));
  /** @type {Card[]} */
  const loose = [];
  const parents = new Set(ordered.flatMap((card) => (isOnTable(card) ? card.parents : [])));
  for (const card of ordered) {
    if (isOnTable(card) || (card.state === "erased" && parents.has(card.id))) (bySection.get(card.section) ?? loose).push(card);
  }
  const columns = sections.map((section) => ({ section, cards: bySection.get(section.id) ?? [] }));
  if (loose.length === 0 && sections.length > 0) return columns;
  return [...columns, { section: null, cards: loose }];
}

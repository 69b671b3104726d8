// Which cards stand in the list and which wait behind "4 new ideas", so that nothing moves under a finger. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

/**
 * @param {readonly Card[]} cards
 * @param {ReadonlySet<string>} admitted  ids let into the list
 * @param {ReadonlySet<string>} mine      my own never wait
 * @returns {{ shown: Card[], held: Card[] }}
 */
export function gathered(cards, admitted, mine) {
  /** @type {Card[]} */
  const shown = [];
  /** @type {Card[]} */
  const held = [];
  for (const card of cards) (admitted.has(card.id) || mine.has(card.id) ? shown : held).push(card);
  return { shown, held };
}

/** For how long nobody must have touched the screen before a list at its top takes new cards in by itself. */
export const STILL_MS = 4_000;

/** More than this many at once is a storm: they wait behind the button, or the list would never lie still. */
export const FEW = 6;

/**
 * Whether the list may take in by itself what waits.
 * @param {{ atTop: boolean, stillFor_ms: number, busy: boolean, held: number }} phone
 *   `busy`: a sheet is open, or the focus is in the list
 */
export const mayAdmit = ({ atTop, stillFor_ms, busy, held }) =>
  atTop && !busy && held > 0 && held <= FEW && stillFor_ms >= STILL_MS;

/**
 * Which ideas to look at. `unseen`: those somebody had not seen when they asked; `choose`: what the open round asks.
 * @typedef {{ kind: "all" } | { kind: "mine" } | { kind: "results" } | { kind: "choose" }
 *   | { kind: "unseen", cards: ReadonlySet<string> } | { kind: "section", section: string }} View
 */

/** @typedef {import("@protocol/generated/types.d.ts").Group} Group */
/** @typedef {ReadonlyMap<string, Group>} Groups */
/** @typedef {{ key: string, group: Group | null, cards: Card[] }} Row  one card, or a stack with its cards, newest first */
/** @typedef {{ section: string | null, rows: Row[] }} Block  what stands under one heading */

/** @type {Groups} */
const NO_GROUPS = new Map();

/**
 * The cards of a view, newest first, stacked where they stand in a group, under the headings of the board's sections.
 * @param {readonly Card[]} cards
 * @param {View} view
 * @param {readonly { id: string }[]} sections
 * @param {ReadonlySet<string>} mine
 * @param {Groups} [groups]
 * @returns {Block[]}
 */
export function blocksOf(cards, view, sections, mine, groups = NO_GROUPS) {
  const stacked = view.kind === "all" || view.kind === "section" ? groups : NO_GROUPS;
  const wanted = cards.filter((card) => isIn(card, view, mine, stacked)).sort(newestFirst);
  if (view.kind !== "all" || sections.length === 0) {
    return wanted.length > 0 ? [{ section: null, rows: rowsOf(wanted, stacked) }] : [];
  }
  const known = new Set(sections.map((section) => section.id));
  return [null, ...sections.map((section) => section.id)]
    .map((section) => ({
      section,
      rows: rowsOf(
        wanted.filter((card) => {
          const place = placeOf(card, stacked);
          return (place !== null && known.has(place) ? place : null) === section;
        }),
        stacked,
      ),
    }))
    .filter((block) => block.rows.length > 0);
}

/**
 * A stack stands where its newest card would.
 * @param {readonly Card[]} cards
 * @param {Groups} groups
 * @returns {Row[]}
 */
function rowsOf(cards, groups) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const card of cards) {
    const group = groups.get(card.group ?? "") ?? null;
    const key = group?.id ?? card.id;
    const row = rows.get(key);
    if (row) row.cards.push(card);
    else rows.set(key, { key, group, cards: [card] });
  }
  return [...rows.values()];
}

/**
 * The section a card is seen in: its stack's, where it stands in one.
 * @param {Card} card
 * @param {Groups} groups
 */
const placeOf = (card, groups) => (groups.get(card.group ?? "") ?? card).section;

/**
 * @param {Card} one
 * @param {Card} other
 */
const newestFirst = (one, other) => other.at_ms - one.at_ms || other.order - one.order || (one.id < other.id ? 1 : -1);

/** What is in the bin is for its author's own view only. */
const BINNED = new Set(["withdrawn", "removed", "erased"]);

/**
 * Somebody else's, until the reveal: a back with nothing on it, which a list counts instead of drawing two hundred.
 * @param {Card} card
 * @param {ReadonlySet<string>} mine
 */
export const isSealedFromMe = (card, mine) => card.sealed === true && !BINNED.has(card.state) && !mine.has(card.id);

/**
 * @param {Card} card
 * @param {View} view
 * @param {ReadonlySet<string>} mine
 * @param {Groups} groups
 */
function isIn(card, view, mine, groups) {
  if (view.kind === "mine") return mine.has(card.id);
  if (BINNED.has(card.state) || isSealedFromMe(card, mine)) return false;
  if (view.kind === "unseen") return view.cards.has(card.id);
  return view.kind !== "section" || placeOf(card, groups) === view.section;
}

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

/** @typedef {{ kind: "all" } | { kind: "mine" } | { kind: "results" } | { kind: "section", section: string }} View */

/**
 * The cards of a view, newest first, in groups where the board has sections.
 * @param {readonly Card[]} cards
 * @param {View} view
 * @param {readonly { id: string }[]} sections
 * @param {ReadonlySet<string>} mine
 * @returns {{ section: string | null, cards: Card[] }[]}
 */
export function groupsOf(cards, view, sections, mine) {
  const wanted = cards.filter((card) => isIn(card, view, mine)).sort(newestFirst);
  if (view.kind !== "all" || sections.length === 0) return wanted.length > 0 ? [{ section: null, cards: wanted }] : [];
  const known = new Set(sections.map((section) => section.id));
  return [null, ...sections.map((section) => section.id)]
    .map((section) => ({
      section,
      cards: wanted.filter((card) => (card.section !== null && known.has(card.section) ? card.section : null) === section),
    }))
    .filter((group) => group.cards.length > 0);
}

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
 */
function isIn(card, view, mine) {
  if (view.kind === "mine") return mine.has(card.id);
  if (BINNED.has(card.state) || isSealedFromMe(card, mine)) return false;
  return view.kind !== "section" || card.section === view.section;
}

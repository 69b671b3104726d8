// What the wall shows now. Pure: derived from the board, so that every wall of a room shows the same.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Group} Group */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("@protocol/generated/types.d.ts").Timer} Timer */

/**
 * @typedef {object} Shown what of a board decides it
 * @property {readonly Card[]} ordered
 * @property {readonly RoundView[]} rounds oldest first
 * @property {ReadonlyMap<string, Group>} groups
 * @property {{ private: boolean, view?: import("@protocol/generated/types.d.ts").StepView }} step
 * @property {Timer | null} timer
 * @property {{ card?: string | null, group?: string | null } | null} [spotlight]
 * @property {boolean} [wall_hidden]
 * @property {string | null} [passed] the vote since whose outcome the room has gone to another step
 */
/** @typedef {{ group: Group, cards: Card[] }} Stack */
/**
 * @typedef {{ kind: "hidden" }
 *   | { kind: "invitation" }
 *   | { kind: "writing", sealed: number }
 *   | { kind: "card", card: Card }
 *   | { kind: "stack", stack: Stack }
 *   | { kind: "choosing", round: RoundView, cards: Card[], stacks: Stack[] }
 *   | { kind: "results", round: RoundView }
 *   | { kind: "cards" | "lineage" | "sections", cards: Card[], sealed: number }
 *   | { kind: "groups", cards: Card[], stacks: Stack[], sealed: number }} Scene
 */

/** Whoever reads an outcome is left in peace for so long, whatever is written meanwhile. */
const OUTCOME_MS = 60_000;

/** @param {Shown} shown @returns {Scene} */
export function sceneOf({ ordered, rounds, groups, step, timer, spotlight = null, wall_hidden = false, passed = null }) {
  if (wall_hidden) return { kind: "hidden" };
  const open = ordered.filter((card) => (card.state === "shown" || card.state === "hidden") && !card.sealed);
  const sealed = ordered.filter((card) => card.sealed && card.state === "shown").length;
  const view = step.view ?? "cards";
  const stacks = stacksOf(open, groups);
  const lit = spotlightOn(spotlight, open, stacks);
  if (lit) return lit;
  const last = rounds[rounds.length - 1];
  const single = open.filter((card) => !stacks.some((stack) => stack.group.id === card.group));
  if (last?.state === "open" && isLarge(last, view)) return choosing(last, open, single, stacks);
  if (last?.state === "closed" && (view === "results" || (last.id !== passed && outcomeStays(last, view, open, step, timer)))) return { kind: "results", round: last };
  if (open.length === 0) return step.private ? { kind: "writing", sealed } : { kind: "invitation" };
  if (view === "groups" && stacks.length > 0) return { kind: "groups", cards: single, stacks, sealed };
  return { kind: view === "lineage" || view === "sections" ? view : "cards", cards: open, sealed };
}

/** @param {readonly Card[]} cards @param {ReadonlyMap<string, Group>} groups @returns {Stack[]} in the board's order */
function stacksOf(cards, groups) {
  /** @type {Map<string, Stack>} */
  const stacks = new Map();
  for (const card of cards) {
    const group = card.group === undefined ? undefined : groups.get(card.group);
    if (!group) continue;
    const stack = stacks.get(group.id) ?? { group, cards: [] };
    stack.cards.push(card);
    stacks.set(group.id, stack);
  }
  return [...stacks.values()].sort((one, other) => one.group.order - other.group.order);
}

/** @param {Shown["spotlight"]} spotlight @param {readonly Card[]} open @param {readonly Stack[]} stacks @returns {Scene | null} */
function spotlightOn(spotlight, open, stacks) {
  const card = spotlight?.card ? open.find(({ id }) => id === spotlight.card) : undefined;
  if (card) return { kind: "card", card };
  const stack = spotlight?.group ? stacks.find(({ group }) => group.id === spotlight.group) : undefined;
  return stack ? { kind: "stack", stack } : null;
}

/** A vote fills the wall where the step says so, and always where it is on options, which stand nowhere else. */
const isLarge = (/** @type {RoundView} */ round, /** @type {string} */ view) => view === "choose" || view === "results" || round.on === "options";

/** @param {RoundView} round @param {Card[]} open @param {Card[]} single @param {Stack[]} stacks @returns {Scene} */
function choosing(round, open, single, stacks) {
  if (round.on === "options") return { kind: "choosing", round, cards: [], stacks: [] };
  return round.on === "groups" ? { kind: "choosing", round, cards: single, stacks } : { kind: "choosing", round, cards: open, stacks: [] };
}

/**
 * Where a step is about choosing, an outcome stays as long as the step does. Elsewhere until the room goes on: a later
 * timer, another step, private writing, or a card that comes when the outcome has been read.
 * @param {RoundView} round
 * @param {string} view
 * @param {readonly Card[]} cards
 * @param {{ private: boolean }} step
 * @param {Timer | null} timer
 */
function outcomeStays(round, view, cards, step, timer) {
  const closed_ms = round.closed_ms;
  if (closed_ms === undefined || step.private) return false;
  if (timer && timer.started_ms > closed_ms) return false;
  return view === "choose" || !cards.some((card) => card.at_ms > closed_ms + OUTCOME_MS);
}

// What the wall shows now. Pure: derived from the board, so that every wall of a room shows the same.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("@protocol/generated/types.d.ts").Timer} Timer */

/**
 * @typedef {{ kind: "invitation" }
 *   | { kind: "writing", sealed: number }
 *   | { kind: "cards", cards: Card[], sealed: number }
 *   | { kind: "results", round: RoundView }} Scene
 */

/**
 * @param {readonly Card[]} ordered the board's cards
 * @param {readonly RoundView[]} rounds oldest first
 * @param {{ private: boolean }} step
 * @param {Timer | null} timer
 * @returns {Scene}
 */
export function sceneOf(ordered, rounds, step, timer) {
  const open = ordered.filter((card) => (card.state === "shown" || card.state === "hidden") && !card.sealed);
  const sealed = ordered.filter((card) => card.sealed && card.state !== "erased").length;
  const last = rounds[rounds.length - 1];
  if (last && isOutcomeOfTheMoment(last, ordered, step, timer)) return { kind: "results", round: last };
  if (open.length > 0) return { kind: "cards", cards: open, sealed };
  return step.private ? { kind: "writing", sealed } : { kind: "invitation" };
}

/**
 * An outcome stays until the room goes on: a later card, a later timer, or private writing.
 * @param {RoundView} round
 * @param {readonly Card[]} cards
 * @param {{ private: boolean }} step
 * @param {Timer | null} timer
 */
function isOutcomeOfTheMoment(round, cards, step, timer) {
  const closed_ms = round.closed_ms;
  if (round.state !== "closed" || closed_ms === undefined || step.private) return false;
  if (timer && timer.started_ms > closed_ms) return false;
  return !cards.some((card) => card.at_ms > closed_ms);
}

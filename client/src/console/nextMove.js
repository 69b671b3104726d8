// The one thing a facilitator most likely does next: what the console's only primary button offers. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */

/** @typedef {"unlock" | "close_vote" | "reveal" | "write" | "open_vote"} Move */

/**
 * @param {{ locked: boolean, step: Pick<Step, "private">, openRound: RoundView | null, cards: number }} board
 *   `cards`: how many are on the board, sealed ones included
 * @returns {Move}
 */
export function nextMove({ locked, step, openRound, cards }) {
  if (openRound) return "close_vote";
  if (locked) return "unlock";
  if (step.private) return "reveal";
  return cards === 0 ? "write" : "open_vote";
}

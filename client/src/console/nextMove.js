// The one thing a facilitator most likely does next: what the console's only primary button offers. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */

/** @typedef {"unlock" | "next_step" | "begin" | "close_vote" | "reveal" | "write" | "open_vote" | "finish"} Move */

/**
 * @param {object} board
 * @param {boolean} board.locked
 * @param {Pick<Step, "id" | "private">} board.step
 * @param {readonly Pick<Step, "id">[]} board.plan
 * @param {RoundView | null} board.openRound
 * @param {number} board.cards how many are on the board, sealed ones included
 * @returns {Move} a plan leads as long as it goes on; without one, or at its end, what is under way is brought to its end
 */
export function nextMove({ locked, step, plan, openRound, cards }) {
  if (locked) return openRound ? "close_vote" : "unlock";
  const place = plan.findIndex((one) => one.id === step.id);
  if (plan.length > 0 && place < plan.length - 1) return place < 0 ? "begin" : "next_step";
  if (openRound) return "close_vote";
  if (step.private) return "reveal";
  if (plan.length > 0) return "finish";
  return cards === 0 ? "write" : "open_vote";
}

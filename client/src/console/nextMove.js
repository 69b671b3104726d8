// The one thing a facilitator most likely does next: what the console's only primary button offers. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */

/** @typedef {"unlock" | "next_step" | "begin" | "close_vote" | "reveal" | "write" | "open_vote" | "finish" | "report"} Move */

/**
 * @param {object} board
 * @param {boolean} board.locked
 * @param {Pick<Step, "id" | "private">} board.step
 * @param {readonly Pick<Step, "id">[]} board.plan
 * @param {RoundView | null} board.openRound
 * @param {number} board.cards how many are on the board, sealed ones included
 * @returns {Move} a plan leads as long as it goes on; without one, or at its end, what is under way is brought to its end; and
 *   where a plan has come to its end and the board is closed, what came of it is taken along
 */
export function nextMove({ locked, step, plan, openRound, cards }) {
  const place = plan.findIndex((one) => one.id === step.id);
  const ends = plan.length > 0 && place === plan.length - 1;
  if (locked && !openRound) return ends && !step.private ? "report" : "unlock";
  if (locked) return "close_vote";
  if (plan.length > 0 && !ends) return place < 0 ? "begin" : "next_step";
  if (openRound) return "close_vote";
  if (step.private) return "reveal";
  if (ends) return "finish";
  return cards === 0 ? "write" : "open_vote";
}

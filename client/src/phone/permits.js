// What this person may do now, as far as a client can tell: so that a button that would be refused is not offered. Pure.
// The server decides (DM3); this only saves people a refusal.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Permission} Permission */
/** @typedef {import("@protocol/generated/types.d.ts").You} You */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/**
 * @param {BoardMeta | null} board
 * @param {You | null} you
 * @param {Permission} permission
 */
export function may(board, you, permission) {
  if (!board || !you || you.role === "display") return false;
  if (you.role === "moderator") return true;
  return !board.locked && board.step.allows.includes(permission);
}

/**
 * Whether others may start from this card, or vote on it.
 * @param {Card} card
 */
export const isOpen = (card) => card.state === "shown" && !card.sealed;

/**
 * Whether one person alone sits behind this screen. At a kiosk many do, one after another: nobody's cards are "mine" there.
 * @param {You | null} you
 */
export const isPersonal = (you) => you?.role !== "kiosk";

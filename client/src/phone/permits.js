// What this person may do now, as far as a client can tell: so that a button that would be refused is not offered. Pure.
// The server decides (DM3); this only saves people a refusal.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Permission} Permission */
/** @typedef {Pick<import("../core/store.js").BoardStore, "board" | "you" | "muted">} Who */

/** What puts no words before others, and so is open to somebody who was asked to write nothing. @type {readonly Permission[]} */
const WORDLESS = ["vote"];

/**
 * @param {Who} store
 * @param {Permission} permission
 */
export function may({ board: { value: board }, you: { value: you }, muted }, permission) {
  if (!board || !you || you.role === "display") return false;
  if (you.role === "moderator") return true;
  if (board.locked || (muted.value && !WORDLESS.includes(permission))) return false;
  const { allows, staff_allows } = board.step;
  return (you.role === "staff" ? (staff_allows ?? allows) : allows).includes(permission);
}

/**
 * Whether there is anything at all to do now but read.
 * @param {Who} store
 * @param {boolean} voting  a round is open
 */
export const mayAct = (store, voting) =>
  /** @type {Permission[]} */ (["add", "rebound", "group", "comment", "react"]).some((one) => may(store, one)) ||
  (voting && may(store, "vote"));

/**
 * Whether others may start from this card, or vote on it.
 * @param {Card} card
 */
export const isOpen = (card) => card.state === "shown" && !card.sealed;

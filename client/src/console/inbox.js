// What waits for the facilitator's word, oldest first: ideas and comments to approve. Pure but for the store's signals.

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Comment} Comment */
/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {{ kind: "card", id: string, at_ms: number, card: Card } | { kind: "comment", id: string, at_ms: number, comment: Comment }} Waiting */

/**
 * @param {Pick<BoardStore, "ordered" | "comments">} store
 * @returns {Waiting[]}
 */
export function waitingIn(store) {
  /** @type {Waiting[]} */
  const cards = store.ordered.value
    .filter((card) => card.state === "pending")
    .map((card) => ({ kind: "card", id: card.id, at_ms: card.at_ms, card }));
  /** @type {Waiting[]} */
  const comments = [...store.comments.value.values()]
    .flat()
    .filter((comment) => comment.state === "pending")
    .map((comment) => ({ kind: "comment", id: comment.id, at_ms: comment.at_ms, comment }));
  return [...cards, ...comments].sort((one, other) => one.at_ms - other.at_ms || (one.id < other.id ? -1 : 1));
}

/** What was read is approved, and no other words. @param {Waiting} one @returns {ClientCommand} */
export const approval = (one) =>
  one.kind === "card" ? approvalOf(one.card) : { type: "comment.approve", comment: one.id };

/** @param {Card} card as it is shown @returns {ClientCommand} */
export const approvalOf = ({ id, rev }) => ({ type: "card.approve", card: id, base_rev: rev });

/** @param {Waiting} one @returns {ClientCommand} */
export const rejection = (one) =>
  one.kind === "card" ? { type: "card.remove", card: one.id } : { type: "comment.remove", comment: one.id };

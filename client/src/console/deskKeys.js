// Keys that act on what has the focus: a card on the table, a row of the inbox; or on the first there is.
import { pickedOn } from "./SelectionBar.jsx";
import { reject } from "./InboxPanel.jsx";
import { approval, waitingIn } from "./inbox.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("./desk.js").Desk} Desk */

const CARD = ".table .board-card";

/** @returns {HTMLElement[]} the cards on the table, in the order in which they are seen */
const cardsSeen = () => [...document.querySelectorAll(CARD)].filter((one) => one instanceof HTMLElement);

/** The card that has the focus, or holds it. @returns {HTMLElement | null} */
const cardInHand = () => document.activeElement?.closest(CARD) ?? null;

/** @param {HTMLElement | null | undefined} card */
const pick = (card) => {
  const box = card?.querySelector("input[type=checkbox]");
  return box instanceof HTMLInputElement ? box : null;
};

/** @param {1 | -1} by */
function walk(by) {
  const cards = cardsSeen();
  const here = cardInHand();
  const place = here ? cards.indexOf(here) + by : by > 0 ? 0 : cards.length - 1;
  pick(cards[Math.max(0, Math.min(cards.length - 1, place))])?.focus();
}

/**
 * @param {BoardStore} store
 * @param {Desk} desk
 * @returns {Record<string, () => void>}
 */
export function cardKeys(store, desk) {
  return {
    j: () => walk(1),
    k: () => walk(-1),
    x: () => pick(cardInHand())?.click(),
    g: () => {
      const cards = pickedOn(store, desk);
      if (cards.length > 1) desk.sheet.value = { kind: "stack", cards };
    },
    m: () => {
      const cards = pickedOn(store, desk);
      if (cards.length > 1) desk.sheet.value = { kind: "merge", cards };
    },
    s: () => {
      const card = cardInHand()?.dataset.card;
      const lit = store.board.peek()?.spotlight?.card;
      if (card) void desk.act({ type: "spotlight.set", card: lit === card ? null : card });
    },
    "/": () => {
      const field = document.querySelector(".table__search");
      if (field instanceof HTMLElement) field.focus();
    },
  };
}

/**
 * Approve or reject what has the focus in the inbox, else what has waited longest.
 * @param {BoardStore} store
 * @param {Desk} desk
 * @returns {Record<string, () => void>}
 */
export function inboxKeys(store, desk) {
  const aim = () => {
    const row = document.activeElement?.closest("[data-inbox]");
    const id = row instanceof HTMLElement ? row.dataset.inbox : undefined;
    const waiting = waitingIn(store).filter((one) => !desk.touched.peek().has(one.id));
    return waiting.find((one) => one.id === id) ?? waiting[0];
  };
  return {
    a: () => {
      const one = aim();
      if (one) void desk.act(approval(one), { done: one.kind === "card" ? "console.card.approved" : "console.comment.approved" });
    },
    r: () => {
      const one = aim();
      if (one) void reject(desk, one);
    },
  };
}

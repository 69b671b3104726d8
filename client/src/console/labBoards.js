// The boards of a lab: what waits on one, and which may be put into it from here: those this browser steers, and one whose
// console link was pasted.
import { seatAt } from "../core/identity.js";
import { codeFrom, decoded } from "../front/code.js";
import { madeBoards } from "../front/madeBoards.js";
import { t } from "../i18n/index.js";

/**
 * A board with the token of somebody who steers it. `code` and `title`: as far as they are known here.
 * @typedef {{ board: string, token: string, code?: string, title?: string }} Steered
 */

const SEATS = "rebond.seat.";
const CONSOLES = "console.";

/** @returns {Steered[]} boards made in this browser, then those whose console was opened in it */
export function steeredBoards() {
  const made = madeBoards().map(({ id, code, title, tokens }) => ({ board: id, token: tokens.moderator, code, title }));
  const known = new Set(made.map(({ board }) => board));
  return [...made, ...consolesOpened().filter(({ board }) => !known.has(board))];
}

/** @returns {Steered[]} */
function consolesOpened() {
  try {
    const places = Object.keys(localStorage).filter((key) => key.startsWith(SEATS + CONSOLES));
    return places.flatMap((key) => {
      const seat = seatAt(key.slice(SEATS.length));
      return seat ? [{ board: key.slice(SEATS.length + CONSOLES.length), token: seat.token }] : [];
    });
  } catch {
    return []; // nothing can be kept in this browser, so nothing was
  }
}

/**
 * The board somebody means: by its console link, or, of one this browser steers, by its code or by what its console has in the
 * address bar, where no token stands.
 * @param {string} typed
 * @param {readonly Steered[]} steered
 * @returns {Steered | null} null: nobody here is known to steer it
 */
export function boardTyped(typed, steered) {
  const [, id, token] = /\/console\/([^/?#\s]+)(?:[^#]*#t=([^&\s]+))?/.exec(typed) ?? [];
  const board = id && decoded(id);
  if (board && token) return { board, token: decoded(token) };
  if (board) return steered.find((one) => one.board === board) ?? null;
  const code = codeFrom(typed);
  return (code && steered.find((one) => one.code === code)) || null;
}

/**
 * What waits to be approved on a board of the lab, in words.
 * @param {Pick<import("@protocol/generated/types.d.ts").LabBoard, "cards_waiting" | "comments_waiting">} row
 * @returns {string}
 */
export function waitingText({ cards_waiting, comments_waiting }) {
  const said = [
    cards_waiting > 0 && t("console.lab.waiting.cards", { n: cards_waiting }),
    comments_waiting > 0 && t("console.lab.waiting.comments", { n: comments_waiting }),
  ];
  return said.filter(Boolean).join(" · ") || t("console.lab.waiting.none");
}

/**
 * Whether this board is run as a lab: only then do lab matters stand on the desk unasked.
 * @param {import("../core/fold.js").BoardMeta} board
 */
export const isLab = ({ template, lab, showcases }) =>
  template === "lab" || (lab ?? []).length > 0 || Object.keys(showcases ?? {}).length > 0;

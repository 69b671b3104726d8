// The boards made on this device, with their secret links: told once by the server, kept here for whoever made them.

/** @typedef {import("@protocol/generated/types.d.ts").BoardMade & { title: string, made_ms: number }} MadeBoard */

const KEY = "rebond.made";
const KEPT_AT_MOST = 20;

/** @returns {MadeBoard[]} newest first; none where nothing can be stored */
export function madeBoards() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}

/** @param {MadeBoard} board */
export function keepMadeBoard(board) {
  store([board, ...madeBoards().filter((other) => other.id !== board.id)].slice(0, KEPT_AT_MOST));
}

/** Only the links go; the board itself stays. @param {string} id */
export function forgetMadeBoard(id) {
  store(madeBoards().filter((board) => board.id !== id));
}

/** @param {readonly MadeBoard[]} boards */
function store(boards) {
  try {
    localStorage.setItem(KEY, JSON.stringify(boards));
  } catch {
    // nothing can be kept here: the moderator's link in the address still works
  }
}

// Addresses to hand on. The secret ones are known on the device where the board was made, and to whoever was given them.
import { madeBoards } from "../front/madeBoards.js";

/**
 * @typedef {{ participant: string, moderator: string, wall: string | null, kiosk: string | null }} BoardLinks
 */

/**
 * @param {{ id: string, code: string }} board
 * @param {string} token the one this console opened the board with
 * @param {string} joinUrl where phones join: this page may be open at localhost, where nobody can follow it
 * @returns {BoardLinks}
 */
export function linksOf(board, token, joinUrl) {
  const made = madeBoards().find((other) => other.id === board.id);
  return {
    participant: made?.links.participant ?? joinUrl,
    moderator: made?.links.moderator ?? `${new URL(joinUrl).origin}/console/${board.id}#t=${token}`,
    wall: made?.links.wall ?? null,
    kiosk: made?.links.kiosk ?? null,
  };
}

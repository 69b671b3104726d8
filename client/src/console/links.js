// Addresses to hand on. The secret ones are known on the device where the board was made, and to whoever was given them.
import { madeBoards } from "../front/madeBoards.js";

/**
 * @typedef {{ participant: string, moderator: string, wall: string | null, kiosk: string | null }} BoardLinks
 */

/**
 * @param {{ id: string, code: string }} board
 * @param {string} token the one this console opened the board with
 * @param {string} origin where this page came from
 * @returns {BoardLinks}
 */
export function linksOf(board, token, origin) {
  const made = madeBoards().find((other) => other.id === board.id);
  return {
    participant: made?.links.participant ?? `${origin}/j/${board.code}`,
    moderator: made?.links.moderator ?? `${origin}/console/${board.id}#t=${token}`,
    wall: made?.links.wall ?? null,
    kiosk: made?.links.kiosk ?? null,
  };
}

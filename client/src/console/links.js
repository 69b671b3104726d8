// Addresses to hand on. The secret ones are known on the device where the board was made; others invite from here.
import { madeBoards } from "../front/madeBoards.js";

/**
 * @typedef {object} BoardLinks
 * @property {string} participant
 * @property {string | null} moderator null elsewhere than on the device it was made on: the token here may be one person's
 * @property {string | null} wall
 * @property {string | null} kiosk
 * @property {string | null} seenByPhone what a phone shows, to look at and not to take part
 * @property {string | null} seenByWall
 */

/**
 * @param {{ id: string, code: string }} board
 * @param {string} joinUrl where phones join: this page may be open at localhost, where nobody can follow it
 * @param {string} [origin] of this page
 * @returns {BoardLinks}
 */
export function linksOf(board, joinUrl, origin = location.origin) {
  const made = madeBoards().find((other) => other.id === board.id);
  const display = made?.tokens.display;
  return {
    participant: made?.links.participant ?? joinUrl,
    moderator: made?.links.moderator ?? null,
    wall: made?.links.wall ?? null,
    kiosk: made?.links.kiosk ?? null,
    seenByPhone: display ? `${origin}/kiosk/${board.id}?preview#t=${display}` : null,
    seenByWall: display ? `${origin}/wall/${board.id}#t=${display}` : null,
  };
}

// Addresses to hand on: what this device was told when it made the board, then what the server says to whoever steers it.
import { useEffect, useMemo, useState } from "preact/hooks";
import { useJoinUrl } from "../components/useJoinUrl.js";
import { madeBoards } from "../front/madeBoards.js";

/** @typedef {import("@protocol/generated/types.d.ts").BoardLinks} Told */
/**
 * @typedef {object} BoardLinks
 * @property {string} participant
 * @property {string | null} moderator null elsewhere than on the device it was made on: the token here may be one person's
 * @property {string | null} wall null until the server has said it, and for a screen that was removed
 * @property {string | null} kiosk
 * @property {string | null} seenByPhone what a phone shows, to look at and not to take part
 * @property {string | null} seenByWall
 * @property {string | null} seenByKiosk
 * @property {string} lab the lab's front page
 */

/**
 * @param {string} board its id
 * @param {string} joinUrl where phones join: this page may be open at localhost, where nobody can follow it
 * @param {Told | null} told what the server said
 * @param {string} [origin] of this page
 * @returns {BoardLinks}
 */
export function linksOf(board, joinUrl, told, origin = location.origin) {
  const made = madeBoards().find((other) => other.id === board)?.links;
  const { participant = joinUrl, wall = null, kiosk = null } = told ?? made ?? {};
  const [display, screen] = [wall, kiosk].map((link) => link?.split("#t=")[1]);
  return {
    participant,
    moderator: made?.moderator ?? null,
    wall,
    kiosk,
    seenByPhone: display ? `${origin}${participant.replace(/^.*(?=\/j\/)/, "")}?preview#t=${display}` : null,
    seenByWall: display ? `${origin}/wall/${board}#t=${display}` : null,
    seenByKiosk: screen ? `${origin}/kiosk/${board}?preview#t=${screen}` : null,
    lab: participant.replace(/\/j\/([^/]*)$/, "/lab/$1"),
  };
}

/**
 * @param {{ id: string, code: string }} board
 * @param {import("./deskApi.js").DeskApi} api
 * @param {boolean} live whether there is a line: without one the server is not asked
 * @returns {BoardLinks}
 */
export function useLinks({ id, code }, api, live) {
  const joinUrl = useJoinUrl(code);
  const [told, setTold] = useState(/** @type {Told | null} */ (null));
  const asks = live && !told;
  useEffect(() => {
    if (!asks) return;
    api.links().then(setTold, () => undefined); // asked again when the line is back
  }, [api, asks]);
  return useMemo(() => linksOf(id, joinUrl, told), [id, joinUrl, told]);
}

/**
 * Who this browser is on which board: tokens, kept per place (a join code, or a board's id on console, wall and kiosk).
 *
 * What is secret in a link stands behind `#t=` (a token), `#i=` (an invitation) or `#h=` (a hand-off), which browsers never
 * send; it is taken out of the address at once, so that neither a shared screen nor a copied address gives it away. Boards
 * share no id with one another (DM5).
 */
import { randomId } from "./ids.js";

/**
 * @typedef {object} Seat
 * @property {string} board
 * @property {string} token
 * @property {string} seat   names this person on this board for the outbox; survives a new token for the same person
 */

/**
 * A hand-off that has no answer yet: the secret of a kiosk's code, since when it is asked, and what the person said of
 * themselves on the way, so that a page loaded again asks nothing twice.
 * @typedef {{ secret: string, since_ms: number, wish?: Partial<import("@protocol/generated/types").Join> }} Held
 */

const SEAT = "rebond.seat.";
const DEVICE = "rebond.join.";
const HANDOFF = "rebond.handoff.";
/** Where a tab keeps what it knocks with: see phone/later/knocking.js. */
export const KNOCK = "rebond.knock.";

/** What cannot be stored is remembered as long as the page lives. @type {Map<string, string>} */
const fallback = new Map();

/**
 * The seat kept for this place, if any.
 * @param {string} place
 * @returns {Seat | null}
 */
export const seatAt = (place) => told(SEAT + place);

/**
 * @param {string} place
 * @param {Seat} seat
 */
export const keepSeat = (place, seat) => write(SEAT + place, JSON.stringify(seat));

/**
 * Leaves the place: somebody else uses this phone, or the token is of no use any more. The next to join is a new person.
 * @param {string} place
 */
export function leaveSeat(place) {
  write(SEAT + place, null);
  write(DEVICE + place, null);
}

/**
 * A fresh start with the same person: only the token goes; joining again with the same device id restores the rest.
 * @param {string} place
 */
export const dropToken = (place) => write(SEAT + place, null);

/**
 * The secret by which joining again from this browser is joining as the same person.
 * @param {string} place
 */
export function joinDevice(place) {
  const known = read(DEVICE + place);
  if (known) return known;
  const made = randomId(32);
  write(DEVICE + place, made);
  return made;
}

/** Whether somebody knocked at this place from this tab and has no answer. @param {string} place */
export function hasKnocked(place) {
  try {
    return sessionStorage.getItem(KNOCK + place) !== null;
  } catch {
    return false;
  }
}

/**
 * For console, kiosk and wall: the token from `#t=…`, kept and taken out of the address; else the one kept before.
 * @param {string} board
 * @returns {Seat | null}
 */
export function seatFromLink(board) {
  const token = fromLink("t");
  const known = seatAt(board);
  if (!token || known?.token === token) return known;
  const seat = { board, token, seat: randomId() };
  keepSeat(board, seat);
  return seat;
}

/**
 * What stands behind `#i=`, say, in the link by which the page was opened; taken out of the address at once.
 * @param {string} name
 * @returns {string | null}
 */
export function fromLink(name) {
  const secret = new URLSearchParams(location.hash.slice(1)).get(name);
  if (secret) history.replaceState(history.state, "", location.pathname + location.search);
  return secret;
}

/**
 * What comes home here from a kiosk: from the link, or from before the page was loaded again.
 * @param {string} place
 * @returns {Held | null}
 */
export function handoffAt(place) {
  const secret = fromLink("h");
  if (secret) keepHandoff(place, { secret, since_ms: Date.now() });
  return told(HANDOFF + place);
}

/**
 * @param {string} place
 * @param {Held | null} held  null: it was answered, and is good for nothing any more
 */
export const keepHandoff = (place, held) => write(HANDOFF + place, held && JSON.stringify(held));

/** @param {string} key @returns {any} */
function told(key) {
  try {
    return JSON.parse(read(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key) ?? fallback.get(key) ?? null;
  } catch {
    return fallback.get(key) ?? null;
  }
}

/**
 * @param {string} key
 * @param {string | null} value
 */
function write(key, value) {
  if (value === null) fallback.delete(key);
  else fallback.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // private mode: `fallback` has it
  }
}

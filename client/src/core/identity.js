/**
 * Who this browser is on which board: tokens, kept per place (a join code, or a board's id on console, wall and kiosk).
 *
 * A token in a link stands behind `#t=`, which browsers never send; it is kept and taken out of the address at once, so
 * that neither a shared screen nor a copied address gives it away. Boards share no id with one another (DM5).
 */
import { randomId } from "./ids.js";

/**
 * @typedef {object} Seat
 * @property {string} board
 * @property {string} token
 * @property {string} seat   names this person on this board for the outbox; survives a new token for the same person
 */

const SEAT = "rebond.seat.";
const DEVICE = "rebond.join.";
/** Where a tab keeps what it knocks with: see phone/later/knocking.js. */
export const KNOCK = "rebond.knock.";

/** What cannot be stored is remembered as long as the page lives. @type {Map<string, string>} */
const fallback = new Map();

/**
 * The seat kept for this place, if any.
 * @param {string} place
 * @returns {Seat | null}
 */
export function seatAt(place) {
  const text = read(SEAT + place);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

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
  const token = new URLSearchParams(location.hash.slice(1)).get("t");
  const known = seatAt(board);
  if (!token) return known;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (known?.token === token) return known;
  const seat = { board, token, seat: randomId() };
  keepSeat(board, seat);
  return seat;
}

/** What stands behind `#i=` in an invitation's link, taken out of the address at once. @returns {string | null} */
export function invitationFromLink() {
  const invitation = new URLSearchParams(location.hash.slice(1)).get("i");
  if (invitation) history.replaceState(history.state, "", location.pathname + location.search);
  return invitation;
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

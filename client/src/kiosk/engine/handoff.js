/**
 * The way home: a secret that this kiosk makes, shows once as a QR code, and never stores. The server is told its SHA-256, with
 * the kiosk's own token, once what was written has been accepted; whoever joins with the secret first owns it.
 *
 * Registering goes on behind the visitor's back, the latest first: whoever stands here now is waiting, those of this morning are
 * not. Hashes and codes are made by libraries, because a LAN address has no `crypto.subtle` and a kiosk may have no line.
 *
 * @import { Handoff as Registered, SeatBoard } from "@protocol/generated/types"
 * @import { ReadonlySignal } from "@preact/signals"
 * @import { Surroundings } from "./surroundings.js"
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeQR } from "qr";
import { randomId } from "../../core/ids.js";
import { Refused } from "../../core/refused.js";
import { PASSING } from "../../core/session.js";

/** How long the server lets a phone take something home, protocol's word: until it says so itself. */
export const GOOD_FOR_MS = 10 * 60_000;
/** 192 bits. */
const SECRET_CHARS = 32;
const QUIET_MODULES = 4;
const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 60_000;
/** About an hour of a server that answers badly; a line that is gone is not counted. */
const TRIES = 60;

/** @typedef {{ board: string, made: string, key: string, done: (until_ms: number | null) => void }} Errand  `done(null)`: it will not be */

/** A secret, and the key by which the server will know it. */
export function secretAndKey() {
  const secret = randomId(SECRET_CHARS);
  return { secret, key: base64url(sha256(new TextEncoder().encode(secret))) };
}

/** @param {Uint8Array} bytes RFC 4648 section 5, without padding */
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/**
 * A QR code to be drawn: its side in modules, quiet margin included (ISO/IEC 18004 asks for four), and one path of its dark ones.
 * @param {string} text
 * @returns {{ size: number, path: string }}
 */
export function qrPath(text) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_MODULES });
  const path = rows.flatMap((row, y) => runs(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)).join("");
  return { size: rows.length, path };
}

/** Where dark runs begin, and how long they are. @param {readonly boolean[]} row @returns {[number, number][]} */
function runs(row) {
  /** @type {[number, number][]} */
  const found = [];
  row.forEach((dark, x) => {
    const last = found[found.length - 1];
    if (!dark) return;
    if (last && last[0] + last[1] === x) last[1] += 1;
    else found.push([x, 1]);
  });
  return found;
}

/**
 * @param {{ surroundings: Surroundings, seat: { boards: ReadonlySignal<readonly SeatBoard[]>, serverNow_ms: () => number } }} parts
 */
export function createHandoffs({ surroundings, seat }) {
  const { world, ask } = surroundings;
  /** What is to be registered, oldest first: never more than the queue holds. @type {Errand[]} */
  const open = [];
  /** @type {Map<Errand, number>} */
  const tries = new Map();
  let running = false;
  let closed = false;
  let failures = 0;
  /** @type {unknown} */
  let timer = null;

  /** @param {Errand} errand */
  function register(errand) {
    open.push(errand);
    world.cancel(timer);
    void run();
  }

  async function run() {
    if (running) return;
    running = true;
    while (!closed) {
      const errand = open.findLast(({ board }) => tokenOf(board) !== undefined);
      if (!errand || !(await registered(errand))) break;
    }
    running = false;
  }

  /** @param {string} board */
  const tokenOf = (board) => seat.boards.peek().find((at) => at.board === board)?.token;

  /** @param {Errand} errand @returns {Promise<boolean>} whether to go on with the next one now */
  async function registered(errand) {
    const { board, made, key } = errand;
    try {
      const authorization = { Authorization: `Bearer ${tokenOf(board)}` };
      const path = `/api/boards/${encodeURIComponent(board)}/handoffs`;
      const { expires_ms } = /** @type {Registered} */ (await ask("POST", path, { made, key }, authorization));
      failures = 0;
      finish(errand, expires_ms - seat.serverNow_ms());
      return true;
    } catch (error) {
      if (closed) return false;
      if (isPassing(error) && countsOn(errand, error)) {
        later();
        return false;
      }
      finish(errand, null);
      return true;
    }
  }

  /** @param {Errand} errand @param {unknown} error */
  function countsOn(errand, error) {
    if (error instanceof Refused && error.code === "unreachable") return true;
    const times = (tries.get(errand) ?? 0) + 1;
    tries.set(errand, times);
    return times < TRIES;
  }

  /** @param {Errand} errand @param {number | null} for_ms */
  function finish(errand, for_ms) {
    open.splice(open.indexOf(errand), 1);
    tries.delete(errand);
    errand.done(for_ms);
  }

  function later() {
    const ceiling_ms = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** failures);
    failures += 1;
    world.cancel(timer);
    timer = world.later(run, ceiling_ms * (0.5 + world.random() / 2));
  }

  return {
    register,
    close() {
      closed = true;
      world.cancel(timer);
    },
  };
}

/** @param {unknown} error */
const isPassing = (error) =>
  !(error instanceof Refused) || PASSING.has(error.code) || error.code === "unreachable" || error.temporary;

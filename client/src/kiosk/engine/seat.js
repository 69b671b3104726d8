/**
 * Who this screen is: paired once, then told again each minute what it shows (RFC 8628's way, without typing on the screen).
 *
 * The last answer is kept, so that a kiosk that starts without a line shows what it showed. A token that is refused ends the
 * seat: a revoked kiosk shows nothing any more, forgets what it saw, and asks to be paired anew.
 *
 * @import { KioskPaired, KioskSeat, PairingMade, PinCheck, SeatBoard } from "@protocol/generated/types"
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { Seat } from "./index.js"
 * @import { Storage } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { batch, signal } from "@preact/signals";
import { randomId } from "../../core/ids.js";
import { Refused } from "../../core/refused.js";
import { boardIn } from "../../front/code.js";

const REPORT_EVERY_MS = 60_000;
const RETRY_BASE_MS = 2_000;
const FACT = "seat";

/** Refusals after which this is no kiosk any more. */
const UNSEATED = new Set(["bad_token", "expired_token", "removed", "wrong_board", "unknown_board"]);

/**
 * What is kept: the place that was asked for, the board and token, and the last answer.
 * @typedef {{ ref: string, board: string, token: string, last: KioskSeat | null }} Kept
 */

/** @param {{ surroundings: Surroundings, storage: Storage, queued: () => number }} parts */
export function createSeat({ surroundings, storage, queued }) {
  const { world, ask, clock_ms, database, page } = surroundings;
  /** A moderator's look at it: the server notes nothing of it. */
  const preview = new URLSearchParams(page.location.search).has("preview");
  /** @type {Signal<Seat>} */
  const state = signal({ is: "starting" });
  /** With the tokens that are good now: another list at each report. @type {Signal<readonly SeatBoard[]>} */
  const boards = signal([]);
  /** @type {Signal<PinCheck | null>} */
  const pin = signal(null);
  /** Of the page that the server serves now; null: not told. @type {Signal<string | null>} */
  const served = signal(null);
  /** Of this very page, once that is known (renewal.js). @type {Signal<string | null>} */
  const build = signal(null);
  /** When the server last answered, by its own clock; null: not since the page was loaded. @type {Signal<number | null>} */
  const answeredAt_ms = signal(null);
  /** Server time minus `clock_ms`. @type {number | null} */
  let ahead_ms = null;
  /** @type {Kept | null} */
  let kept = null;
  let failures = 0;
  /** @type {unknown} */
  let timer = null;
  /** Whoever began with another number has been given up. */
  let turn = 0;

  // -- one window speaks for this kiosk -----------------------------------------------------------------------------------

  const me = randomId();
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(database);
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data === me) return;
      begin();
      batch(() => {
        boards.value = [];
        state.value = { is: "elsewhere" };
      });
    };
    channel.postMessage(me);
  }

  /** Whatever was going on is given up. */
  function begin() {
    turn += 1;
    failures = 0;
    world.cancel(timer);
    return turn;
  }

  /** @param {number} mine @param {() => void} run @param {number} after_ms */
  function later(mine, run, after_ms) {
    world.cancel(timer);
    timer = world.later(() => {
      if (turn === mine) run();
    }, after_ms);
  }

  const backoff_ms = () =>
    Math.min(REPORT_EVERY_MS, RETRY_BASE_MS * 2 ** Math.min(failures++, 10)) * (0.5 + world.random() / 2);

  /** @param {Kept | null} now */
  async function keep(now) {
    kept = now;
    await storage.keepFact(FACT, now ?? undefined).catch(() => undefined); // it works for as long as the page lives
  }

  async function open() {
    const mine = begin();
    const { ref, token } = asked();
    const before = /** @type {Kept | undefined} */ (await storage.fact(FACT).catch(() => undefined));
    if (turn !== mine) return;
    if (token && ref && token !== before?.token) {
      await keep({ ref, board: ref, token, last: null });
      return void report();
    }
    if (before && (token || ref === null || isOf(before, ref))) {
      kept = before;
      if (before.last) take(before.last);
      return void report();
    }
    if (ref) return pair(ref);
    state.value = { is: "none", problem: null };
  }

  // -- pairing ------------------------------------------------------------------------------------------------------------

  /**
   * Asks for a code on this board, and then whether somebody has typed it, until there is a seat.
   * @param {string} ref join code or id
   */
  async function pair(ref) {
    const mine = begin();
    const where = `/api/boards/${encodeURIComponent(ref.trim())}/pairings`;
    state.value = { is: "pairing", ref, code: null, expires_ms: null, problem: null };
    try {
      const made = /** @type {PairingMade} */ (await ask("POST", where));
      if (turn !== mine) return;
      failures = 0;
      const { code, expires_ms } = made;
      state.value = { is: "pairing", ref, code, expires_ms, problem: null };
      later(mine, () => poll(mine, ref, where, made), made.retry_after_ms);
    } catch (error) {
      if (turn !== mine) return;
      const code = codeOf(error);
      if (!isTemporary(error)) state.value = { is: "none", problem: code };
      else {
        state.value = { is: "pairing", ref, code: null, expires_ms: null, problem: code };
        const before = failures;
        later(mine, () => void pair(ref).then(() => (failures = before + 1)), backoff_ms());
      }
    }
  }

  /**
   * @param {number} mine
   * @param {string} ref
   * @param {string} where
   * @param {PairingMade} made
   */
  async function poll(mine, ref, where, made) {
    const { pairing, secret, retry_after_ms } = made;
    const again = () => later(mine, () => poll(mine, ref, where, made), Math.max(1_000, retry_after_ms));
    try {
      const paired = /** @type {KioskPaired} */ (await ask("POST", `${where}/${encodeURIComponent(pairing)}`, { secret }));
      if (turn !== mine) return;
      await keep({ ref, board: paired.board, token: paired.token, last: null });
      await report();
    } catch (error) {
      if (turn !== mine) return;
      if (isTemporary(error)) again();
      else await pair(ref); // the code has expired: another one
    }
  }

  /** Back to typing a join code. */
  function cancel() {
    begin();
    state.value = { is: "none", problem: null };
  }

  // -- the seat -----------------------------------------------------------------------------------------------------------

  /** Says that this kiosk is alive, and hears what it shows; again in a minute. */
  async function report() {
    const mine = begin();
    if (!kept) return;
    const { ref, board, token } = kept;
    const said_ms = clock_ms();
    try {
      const path = `/api/boards/${encodeURIComponent(board)}/seat`;
      const answer = /** @type {KioskSeat} */ (await ask("POST", path, { build: build.peek(), queued: queued(), preview }, { Authorization: `Bearer ${token}` }));
      if (turn !== mine) return;
      ahead_ms = answer.server_time - (said_ms + (clock_ms() - said_ms) / 2);
      answeredAt_ms.value = answer.server_time;
      take(answer);
      later(mine, report, REPORT_EVERY_MS);
      await remember(answer);
    } catch (error) {
      if (turn !== mine) return;
      if (UNSEATED.has(codeOf(error))) return void (await lose(codeOf(error)));
      if (state.value.is !== "seated") state.value = { is: "pairing", ref, code: null, expires_ms: null, problem: codeOf(error) };
      const before = failures;
      later(mine, () => void report().then(() => (failures = Math.max(failures, before + 1))), backoff_ms());
    }
    return undefined;
  }

  /** @param {KioskSeat} answer */
  function take(answer) {
    const { name, settings } = answer;
    const hasPin = answer.pin !== null;
    const now = /** @type {const} */ ({ is: "seated", name, settings, boards: answer.boards, hasPin });
    batch(() => {
      pin.value = answer.pin;
      served.value = answer.build;
      boards.value = answer.boards;
      if (face(now) !== face(state.peek())) state.value = now;
    });
  }

  /** The board's own token comes back fresh with each answer. @param {KioskSeat} answer */
  async function remember(answer) {
    if (!kept) return;
    const own = answer.boards[0];
    await keep({ ...kept, board: own?.board ?? kept.board, token: own?.token ?? kept.token, last: answer });
    await storage.keepOnly(answer.boards.map(({ board }) => board)).catch(() => undefined);
  }

  /** This is no kiosk any more. @param {string} problem */
  async function lose(problem) {
    const { ref } = /** @type {Kept} */ (kept);
    await unseat();
    await pair(ref);
    if (state.peek().is === "none") state.value = { is: "none", problem };
  }

  /** Forgets the seat and what was seen. What visitors said stays until it can be delivered. */
  async function unseat() {
    begin();
    batch(() => {
      boards.value = [];
      pin.value = null;
      state.value = { is: "none", problem: null };
    });
    answeredAt_ms.value = null;
    await keep(null);
    await storage.keepOnly([]).catch(() => undefined);
    if (queued() === 0) await storage.clear().catch(() => undefined);
  }

  return {
    state: /** @type {ReadonlySignal<Seat>} */ (state),
    boards: /** @type {ReadonlySignal<readonly SeatBoard[]>} */ (boards),
    pin: /** @type {ReadonlySignal<PinCheck | null>} */ (pin),
    served: /** @type {ReadonlySignal<string | null>} */ (served),
    build,
    answeredAt_ms: /** @type {ReadonlySignal<number | null>} */ (answeredAt_ms),
    /** Whether the server itself has said, since the page was loaded, what this kiosk shows. */
    confirmed: () => answeredAt_ms.peek() !== null && state.peek().is === "seated",
    /** Now by the server's clock; by this device's own until the server has told. */
    serverNow_ms: () => (ahead_ms === null ? Date.now() : clock_ms() + ahead_ms),
    open,
    pair,
    cancel,
    report,
    unseat,
    close() {
      begin();
      channel?.close();
    },
  };
}

/** Which board the address asks for, and the token in it, which is taken out of the address at once. */
function asked() {
  const ref = boardIn(location.pathname) || null;
  const token = new URLSearchParams(location.hash.slice(1)).get("t");
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return { ref, token };
}

/** @param {Kept} kept @param {string} wanted join code or id */
function isOf({ ref, board, last }, wanted) {
  const names = [ref, board, ...(last?.boards ?? []).flatMap((at) => [at.board, at.code])];
  return names.some((name) => name.toLowerCase() === wanted.toLowerCase());
}

/** What the screens see of a seat: a fresh token is no other seat. @param {Seat} seat */
const face = (seat) => JSON.stringify(seat, (key, value) => (key === "token" ? undefined : value));

/** @param {unknown} error */
const codeOf = (error) => (error instanceof Refused ? error.code : "unreachable");

/** @param {unknown} error */
const isTemporary = (error) => !(error instanceof Refused) || error.temporary;

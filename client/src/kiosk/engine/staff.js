/**
 * The door behind the visitors' side: a PIN, checked without a line (PBKDF2 with HMAC-SHA-256, RFC 8018), and what staff do there.
 *
 * Wrong tries cost ever longer waits, which a reload does not shorten. While the screen is being cleaned every touch is dead.
 *
 * @import { PinCheck } from "@protocol/generated/types"
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { Storage } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { computed, effect, signal } from "@preact/signals";

/** So many tries cost nothing: a finger slips. */
const FREE_TRIES = 3;
const WAIT_BASE_S = 15;
const WAIT_CAP_S = 15 * 60;
/** Who was asked for the PIN and went away leaves no open door. */
const LEFT_ALONE_MS = 90_000;
const FACT = "wrong-pins";

/**
 * @param {object} parts
 * @param {Surroundings} parts.surroundings
 * @param {Storage} parts.storage
 * @param {Pick<ReturnType<typeof import("./seat.js").createSeat>, "pin" | "unseat" | "build" | "answeredAt_ms">} parts.seat
 * @param {Pick<ReturnType<typeof import("./visit.js").createVisit>, "end" | "stillWhile" | "onWipe">} parts.visit
 */
export function createStaff({ surroundings, storage, seat, visit }) {
  const { world, clock_ms, document } = surroundings;
  /** @type {Signal<"closed" | "asking" | "checking" | "open">} */
  const state = signal("closed");
  /** Wrong tries in a row. */
  const wrong = signal(0);
  const wait_s = signal(0);
  /** @type {Signal<number | null>} */
  const cleaning_s = signal(null);
  let mayTryAt_ms = 0;
  let cleanAt_ms = 0;
  /** @type {unknown} */
  let timer = null;
  /** @type {unknown} */
  let leaving = null;

  visit.stillWhile(() => cleaning_s.peek() !== null);
  const unwipe = visit.onWipe(close);
  /** Whoever is in by the PIN before is out. */
  let before = seat.pin.peek()?.hash;
  const follow = effect(() => {
    const now = seat.pin.value?.hash;
    if (now !== before) close();
    before = now;
  });
  void storage
    .fact(FACT)
    .then((tries) => (tries ? failed(tries) : undefined))
    .catch(() => undefined);

  // -- the PIN ------------------------------------------------------------------------------------------------------------

  /** The pad is in sight; where no PIN was set, the door is open. */
  function ask() {
    state.value = seat.pin.peek() === null ? "open" : "asking";
    alone();
  }

  /**
   * @param {string} pin
   * @returns {Promise<boolean>}
   */
  async function check(pin) {
    const expected = seat.pin.peek();
    if (state.peek() === "checking" || wait_s.peek() > 0) return false;
    state.value = "checking";
    const right = expected === null || (await isRight(pin, expected));
    if (state.peek() !== "checking") return false; // closed meanwhile
    if (right) await passed();
    else await missed();
    return right;
  }

  async function passed() {
    wrong.value = 0;
    state.value = "open";
    alone();
    await storage.keepFact(FACT, undefined).catch(() => undefined);
  }

  /** Written down before it is said: a reload shortens nothing, and the pad that says so can be typed on again. */
  async function missed() {
    const tries = wrong.peek() + 1;
    await storage.keepFact(FACT, tries).catch(() => undefined);
    if (state.peek() === "checking") state.value = "asking";
    failed(tries);
  }

  /** @param {number} tries */
  function failed(tries) {
    wrong.value = tries;
    const beyond = tries - FREE_TRIES;
    if (beyond < 0) return;
    mayTryAt_ms = clock_ms() + 1_000 * Math.min(WAIT_CAP_S, WAIT_BASE_S * 2 ** beyond);
    tick();
  }

  function close() {
    world.cancel(leaving);
    state.value = "closed";
  }

  function alone() {
    world.cancel(leaving);
    leaving = world.later(close, LEFT_ALONE_MS);
  }

  /** Counts down what there is to wait for, once a second. */
  function tick() {
    world.cancel(timer);
    const secondsTo = (/** @type {number} */ at_ms) => Math.max(0, Math.ceil((at_ms - clock_ms()) / 1_000));
    wait_s.value = secondsTo(mayTryAt_ms);
    if (cleaning_s.peek() !== null) cleaning_s.value = secondsTo(cleanAt_ms) || null;
    if (wait_s.peek() > 0 || cleaning_s.peek() !== null) timer = world.later(tick, 1_000);
  }

  // -- what is done there -------------------------------------------------------------------------------------------------

  /** Wipes what a visitor left, then takes no touch for a while. @param {number} for_s */
  function clean(for_s) {
    visit.end();
    cleanAt_ms = clock_ms() + for_s * 1_000;
    cleaning_s.value = for_s;
    close();
    tick();
  }

  function endCleaning() {
    cleaning_s.value = null;
  }

  async function unpair() {
    visit.end();
    await seat.unseat();
  }

  async function leaveFullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
  }

  /** Only at a touch: browsers ask for one. */
  async function enterFullScreen() {
    await document.documentElement.requestFullscreen?.({ navigationUI: "hide" });
  }

  return {
    state: /** @type {ReadonlySignal<"closed" | "asking" | "checking" | "open">} */ (state),
    wrong: /** @type {ReadonlySignal<number>} */ (wrong),
    /** Seconds until the next try; 0: now. */
    wait_s: /** @type {ReadonlySignal<number>} */ (wait_s),
    /** Seconds of cleaning left, to be shown large; null: none. */
    cleaning_s: /** @type {ReadonlySignal<number | null>} */ (cleaning_s),
    ask,
    check,
    close,
    clean,
    endCleaning,
    unpair,
    reload: surroundings.reload,
    enterFullScreen,
    leaveFullScreen,
    /** For the staff's screen: this page's build, and when the server last answered (ms since 1970, by its clock; null: not yet). */
    about: computed(() => ({ build: seat.build.value, answeredAt_ms: seat.answeredAt_ms.value })),
    stop() {
      unwipe();
      follow();
      world.cancel(timer);
      world.cancel(leaving);
    },
  };
}

/**
 * @param {string} pin
 * @param {PinCheck} expected
 */
async function isRight(pin, { salt, rounds, hash }) {
  const wanted = bytesOf(hash);
  const made = await pbkdf2Async(sha256, pin, bytesOf(salt), { c: rounds, dkLen: wanted.length });
  return made.every((byte, place) => byte === wanted[place]);
}

/** @param {string} base64 */
const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

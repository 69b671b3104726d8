/**
 * The engine of a kiosk, as its screens see it: signals to draw from, functions to press. The one module that screens import.
 *
 * Composition only: `seat` (who this screen is, and which boards it shows), `board` (a line to each of them), `queue` (what
 * visitors said and the server has not answered), `handoff` (the way home), `visit` (one visitor after another), `staff`.
 * Governed by LG4 (said under an id that was written down before; done once) and by PRODUCT §2 *Kiosk*: nothing of a visitor
 * stays but what they sent. It knows no screen, no words and no element but the document's own.
 *
 * @import { KioskSettings, OpinionMark, SeatBoard, Verb } from "@protocol/generated/types"
 * @import { ReadonlySignal } from "@preact/signals"
 * @import { ShownBoard } from "./board.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { computed, effect, untracked } from "@preact/signals";
import { Boards } from "./boards.js";
import { guard } from "./guard.js";
import { createHandoffs } from "./handoff.js";
import { createQueue } from "./queue.js";
import { createRenewal } from "./renewal.js";
import { createSeat } from "./seat.js";
import { createSpeech } from "./speech.js";
import { createStaff } from "./staff.js";
import { openStorage } from "./storage.js";
import { inBrowser } from "./surroundings.js";
import { createVisit } from "./visit.js";

/**
 * Who this screen is.
 *
 * - starting: its storage is being opened
 * - none: it belongs to no board; whoever sets it up types a join code (`pairing.begin(code)`). `problem`: why the last try
 *   failed, as an error code of the protocol.
 * - pairing: show `code` large; a moderator types it on the console. A code that expires is replaced by itself. `code` null:
 *   being asked for (no line yet). `ref`: the board that was asked for, as it was typed.
 * - seated: `boards` has what it shows. `name` null: opened with the kiosk link, without a name.
 * - elsewhere: this kiosk was opened in another window, which speaks for it now.
 * @typedef {{ is: "starting" }
 *   | { is: "none", problem: string | null }
 *   | { is: "pairing", ref: string, code: string | null, expires_ms: number | null, problem: string | null }
 *   | { is: "seated", name: string | null, settings: KioskSettings, boards: readonly SeatBoard[], hasPin: boolean }
 *   | { is: "elsewhere" }} Seat
 */

/**
 * What waits for the server. `full`: say so before anybody writes; nothing more is taken until some of it is gone (or, of a
 * device that cannot store, until it can).
 * @typedef {{ count: number, max: number, full: boolean }} QueueState
 */

/**
 * What a visitor writes. A rebound has parents and a verb; a comment has `comment_on`; else it is an idea of its own.
 * @typedef {object} Words
 * @property {string} board           the board's id
 * @property {string} text
 * @property {string} lang            the language on the screen while they wrote, BCP 47
 * @property {string} [section]
 * @property {readonly string[]} [parents]
 * @property {Verb} [verb]
 * @property {string} [owes]
 * @property {string} [comment_on]    a card's id
 */

/**
 * What became of it. queued: kept on this device, not said yet (no line); sent: said, no answer yet; stored: the server has
 * it, and a moderator will look at it; refused: it will not be there, `problem` says why (an error code).
 * @typedef {"queued" | "sent" | "stored" | "refused"} ContributionState
 */

/**
 * The way home to the visitor's phone. `qr`: draw `<path d={path}>` in a `viewBox={"0 0 " + size + " " + size}`, dark on white,
 * quiet margin included. `ready`: the phone gets it at once; before that (no line yet) it waits a little, and says so itself.
 * `left_s`: how long it is good for, by this kiosk's clock.
 * @typedef {object} Handoff
 * @property {string} link
 * @property {{ size: number, path: string }} qr
 * @property {ReadonlySignal<boolean>} ready
 * @property {() => number} left_s
 */

/**
 * @typedef {object} Contribution
 * @property {string} board
 * @property {ReadonlySignal<ContributionState>} state
 * @property {ReadonlySignal<string | null>} problem
 * @property {ReadonlySignal<Handoff | null>} handoff  null: there is none (refused, expired), or the visitor has left
 */

/** @typedef {ReturnType<typeof createEngine>} Engine */

/**
 * Starts everything. One for a page; `close()` is for tests.
 * @param {Partial<Surroundings>} [replaced] what a test replaces
 */
export function createEngine(replaced = {}) {
  const surroundings = inBrowser(replaced);
  const storage = openStorage(surroundings);
  const seat = createSeat({ surroundings, storage, queued: () => queue.state.peek().count });
  const boards = new Boards({ surroundings, storage, reseat: () => void seat.report() }); // at once, and not in a minute
  const handoffs = createHandoffs({ surroundings, seat });
  const queue = createQueue({ surroundings, storage, boards, handoffs, seat });
  const visit = createVisit({ surroundings, storage, seat });
  const speech = createSpeech({ surroundings });
  const staff = createStaff({ surroundings, storage, seat, visit });
  const renewal = createRenewal({ surroundings, storage, seat, visit, staff });
  const unguard = guard(surroundings);

  visit.onWipe(() => {
    speech.stop();
    queue.forget();
    void boards.keep();
  });
  const follow = effect(() => boards.follow(seat.boards.value));
  const seated = computed(() => seat.state.value.is === "seated");
  const leave = effect(() => {
    if (!seated.value) untracked(() => visit.active.peek() && visit.end()); // where there is no kiosk any more there is no visitor
  });
  void queue.open();
  void seat.open();

  return {
    /** @type {ReadonlySignal<Seat>} */
    seat: seat.state,
    /** To set this screen up: `begin(code)` asks for a pairing code on the board with this join code, `cancel()` goes back. */
    pairing: { begin: seat.pair, cancel: seat.cancel },
    /** What this kiosk shows; the first is the one it was paired with (a lab's own board). @type {ReadonlySignal<readonly ShownBoard[]>} */
    boards: boards.list,
    /** Whether any board is reached now; while not, it shows what it last saw and keeps what is said. */
    online: computed(() => boards.list.value.some(({ line }) => line.value === "live")),
    /** @type {ReadonlySignal<QueueState>} */
    queue: queue.state,
    /**
     * A visitor's opinion of a card; another mark replaces it, null takes it back. It is kept at once and said when they leave
     * the card (`leaveCard`), at the latest when the visit ends. False: it was not taken, because the queue is full or this visit's opinion is final.
     * @type {(board: string, card: string, mark: OpinionMark | null) => boolean}
     */
    give: queue.give,
    /** The opinions of this visit, by card. @type {ReadonlySignal<ReadonlyMap<string, OpinionMark>>} */
    given: queue.given,
    /** The cards whose opinion is written down: a power cut takes it no more, and the visitor may be told. @type {ReadonlySignal<ReadonlySet<string>>} */
    safe: queue.safe,
    /** The card is put away: what was thought of it is final. */
    leaveCard: queue.leaveCard,
    /**
     * Keeps what was written, then says it. Resolves when it can no longer be lost; the same words again in one visit are the
     * same contribution, so that a second press doubles nothing. Rejects with `Refused`: `queue_full`, `not_kept` (the device
     * cannot store), `text_empty`, `text_too_long`, `unknown_board`; with `visit_over` where it was kept and will be said, but
     * its visitor has left meanwhile: there is nobody to show anything to.
     * @type {(words: Words) => Promise<Contribution>}
     */
    write: queue.write,
    /**
     * One visitor after another.
     *
     * - `active`: whether somebody is here; a touch begins a visit by itself. While not, show the attract loop.
     * - `left_s`: null, or the seconds of the countdown that has to be in sight now; `stay()` extends, `end()` leaves at once.
     * - `number`: counts visits since the page was loaded; a key for whatever belongs to one visit.
     * - `onWipe(run)`: called when the visit is over, after the engine has forgotten its part. Returns how to stop that.
     * - `look`: the visitor's own settings, back to the usual ones at every wipe: `locale`, `textSize` ("normal", "large",
     *   "largest"), `contrast` ("normal", "high"). They stand on the root element as `lang`, `data-text`, `data-contrast`.
     */
    visit,
    /** Reads aloud, where the browser can: `available(lang)`, `speaking`, `say(text, lang)`, `stop()`. */
    speech,
    /** Behind the PIN: see staff.js. */
    staff,
    /** Now, by the server's clock, in ms since 1970: for "three weeks ago". A clock that jumps changes nothing. */
    now_ms: seat.serverNow_ms,
    close() {
      follow();
      leave();
      for (const part of [queue, seat, boards, handoffs, visit, speech, renewal]) part.close();
      staff.stop();
      unguard();
    },
  };
}

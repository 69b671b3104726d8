/**
 * What visitors said and the server has not answered.
 *
 * - Written down before it is said, under the id it is said with; gone only when accepted or finally refused (LG4).
 * - Bounded, and it says that it is full before anybody writes; what was taken is never dropped for what comes later. Only what
 *   nobody can receive any more (a board that was taken out of the lab) makes room.
 * - An opinion is held while its visitor looks at the card and may change it; it goes out when they leave it, at the latest when
 *   the visit ends or, after a power cut, when the kiosk starts again.
 * - A board that is locked, or at a step that takes nothing, keeps what was written waiting: its author has gone home.
 * - When a visit is over nothing here leads from a contribution to the screen any more.
 *
 * @import { AcceptedFrame, ClientCommand, OpinionMark, RejectedFrame } from "@protocol/generated/types"
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { Boards } from "./boards.js"
 * @import { Contribution, ContributionState, Handoff, QueueState, Words } from "./index.js"
 * @import { Row, Storage } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { LIMITS } from "@protocol/generated/tables.js";
import { signal } from "@preact/signals";
import { Refused } from "../../core/refused.js";
import { GOOD_FOR_MS, qrPath, secretAndKey } from "./handoff.js";

/** How much may wait: a week without a line in a quiet branch, and some 200 kB. */
export const MAX = 500;
const MEND_MS = 30_000;
const STEP_BASE_MS = 15_000;
const STEP_CAP_MS = 10 * 60_000;

/** @typedef {{ board: string, card: string, mark: OpinionMark | null, place: number | null, saving: boolean }} Held */
/**
 * @typedef {object} Shown  A contribution whose visitor is still here.
 * @property {Signal<ContributionState>} state
 * @property {Signal<string | null>} problem
 * @property {Signal<Handoff | null>} handoff
 * @property {Signal<boolean>} ready
 * @property {number} until_ms
 * @property {unknown} timer
 */

/**
 * @param {object} parts
 * @param {Surroundings} parts.surroundings
 * @param {Storage} parts.storage
 * @param {Boards} parts.boards
 * @param {ReturnType<typeof import("./handoff.js").createHandoffs>} parts.handoffs
 * @param {Pick<ReturnType<typeof import("./seat.js").createSeat>, "confirmed" | "boards">} parts.seat
 */
export function createQueue({ surroundings, storage, boards, handoffs, seat }) {
  const { world, clock_ms } = surroundings;
  /** Everything that waits, by place. @type {Map<number, Row>} */
  const rows = new Map();
  /** What is being written down. */
  let coming = 0;
  let broken = false;
  let closed = false;
  /** @type {Signal<QueueState>} */
  const state = signal({ count: 0, max: MAX, full: false });
  /** @type {Signal<ReadonlyMap<string, OpinionMark>>} */
  const given = signal(new Map());
  /** Whose opinion can no longer be lost, by card: only then is the visitor told so. @type {Signal<ReadonlySet<string>>} */
  const safe = signal(new Set());
  /** Opinions that may still change, by board and card. @type {Map<string, Held>} */
  const held = new Map();
  /** Opinions of this visit that are final. @type {Set<string>} */
  const said = new Set();
  /** @type {Map<number, Shown>} */
  const shown = new Map();
  /** Counts visits: what was asked for in one says nothing to the next. */
  let visits = 0;
  /** What this visitor has sent: the same again is the same. @type {Map<string, Promise<Contribution>>} */
  const pressed = new Map();
  /** What is accepted, and whose way home is being registered. @type {Set<number>} */
  const homing = new Set();
  /** What waits for a board to take it. @type {Map<number, { times: number, timer: unknown }>} */
  const putOff = new Map();

  // -- one after another ------------------------------------------------------------------------------------------------

  /** @type {Promise<unknown>} */
  let chain = Promise.resolve();
  /**
   * Writes in the order in which they were asked for; one that fails does not stop the next.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  function inTurn(work) {
    const done = chain.then(work);
    chain = done.then(
      () => setBroken(false),
      () => setBroken(true),
    );
    return done;
  }

  /** A disk that is full, or a database that is gone: nothing is taken until it is better. @param {boolean} now */
  function setBroken(now) {
    if (now && !broken && !closed) mending = world.later(mend, MEND_MS);
    broken = now;
    count();
  }

  /** @type {unknown} */
  let mending = null;
  const mend = () => {
    broken = false;
    inTurn(() => storage.rows()).catch(() => undefined);
  };

  function count() {
    const waiting = rows.size + coming;
    const before = state.peek();
    const full = broken || waiting >= MAX;
    if (waiting !== before.count || full !== before.full) state.value = { count: waiting, max: MAX, full };
  }

  /** @param {Row} row */
  function keep(row) {
    rows.set(row.place, row);
    count();
  }

  /** @param {number} place */
  function gone(place) {
    rows.delete(place);
    homing.delete(place);
    world.cancel(putOff.get(place)?.timer);
    putOff.delete(place);
    count();
  }

  /** Whether one more may be taken. */
  function hasRoom() {
    if (broken || rows.size + coming < MAX) return !broken;
    const seated = new Set(seat.boards.peek().map(({ board }) => board));
    const stranded = seat.confirmed() && [...rows.values()].find(({ board }) => !seated.has(board));
    if (!stranded) return false;
    gone(stranded.place);
    void inTurn(() => storage.remove(stranded.place)).catch(() => undefined);
    return true;
  }

  // -- from the disk to the line ----------------------------------------------------------------------------------------

  /** What a power cut or a reload left. */
  async function open() {
    boards.told = told;
    await inTurn(async () => {
      for (const row of await storage.rows()) rows.set(row.place, row);
    }).catch(() => undefined);
    count();
    for (const board of boards.list.peek()) void submitAll(board.id);
  }

  /**
   * Says everything that waits on a board, under the ids that stand on the disk. An opinion that nobody holds any more was
   * given before a power cut: it is final.
   * @param {string} board
   */
  async function submitAll(board) {
    await inTurn(async () => {
      await boards.claimed(board);
      for (const { place, id, command, ...row } of await storage.rows()) {
        if (row.board !== board || !rows.has(place) || isHeld(place)) continue;
        const now = id === null && command !== null ? await storage.release(place) : { place, id, command, ...row };
        if (now) rows.set(place, now);
      }
    }).catch(() => undefined);
    for (const row of rows.values()) if (row.board === board) goOn(row);
  }

  /** @param {Row} row */
  function goOn(row) {
    if (row.made === null) submit(row);
    else home(row);
  }

  /** @param {number} place */
  const isHeld = (place) => [...held.values()].some((one) => one.place === place);

  /** @param {Row} row */
  function submit({ board, id, command }) {
    if (id !== null && command !== null && !closed) boards.find(board)?.submit(id, command);
  }

  /** @param {string} board @param {number} id */
  const rowOf = (board, id) => [...rows.values()].find((row) => row.board === board && row.id === id);

  /** @type {import("./boards.js").Told} */
  const told = {
    ready: ({ id }) => void submitAll(id),
    said(board, id) {
      const row = rowOf(board, id);
      if (row) say(row.place, "sent");
    },
    interrupted(board) {
      for (const row of rows.values()) if (row.board === board && row.command) say(row.place, "queued");
    },
    accepted(board, frame) {
      const row = rowOf(board, frame.id);
      if (row) void accepted(row, frame);
    },
    rejected(board, frame) {
      const row = rowOf(board, frame.id);
      if (row) rejected(row, frame);
    },
    renew(board, id) {
      const row = rowOf(board, id);
      if (row) void again(row.place);
    },
  };

  /** @param {Row} row @param {AcceptedFrame} frame */
  async function accepted(row, { made }) {
    say(row.place, "stored");
    if (row.key === null || made === undefined) {
      gone(row.place);
      return inTurn(() => storage.remove(row.place)).catch(() => undefined);
    }
    const kept = { ...row, command: null, id: null, made };
    keep(kept);
    await inTurn(() => storage.accepted(row.place, made)).catch(() => undefined);
    return home(kept);
  }

  /** @param {Row} row accepted, with a way home */
  function home({ place, board, made, key }) {
    if (made === null || key === null || homing.has(place)) return;
    homing.add(place);
    handoffs.register({
      board,
      made,
      key,
      done: (for_ms) => {
        gone(place);
        void inTurn(() => storage.remove(place)).catch(() => undefined);
        const one = shown.get(place);
        if (!one) return;
        if (for_ms === null) one.handoff.value = null;
        else {
          limit(one, for_ms);
          one.ready.value = true;
        }
      },
    });
  }

  /** @param {Row} row @param {RejectedFrame} frame */
  function rejected(row, { code, temporary }) {
    const { place, command } = row;
    if (temporary) return wait(place, code);
    const kept = command && withoutParents(command, code);
    if (kept) return void again(place, kept);
    say(place, "refused", code);
    gone(place);
    return void inTurn(() => storage.remove(place)).catch(() => undefined);
  }

  /** The board takes nothing now, and will again. @param {number} place @param {string} code */
  function wait(place, code) {
    say(place, "queued", code);
    const times = putOff.get(place)?.times ?? 0;
    const after_ms = Math.min(STEP_CAP_MS, STEP_BASE_MS * 2 ** times) * (0.5 + world.random() / 2);
    putOff.set(place, { times: times + 1, timer: world.later(() => again(place), after_ms) });
  }

  /** What was refused did nothing: the same, or what is left of it, under a new id. @param {number} place @param {ClientCommand} [command] */
  async function again(place, command) {
    if (closed) return;
    const row = await inTurn(() => storage.renew(place, command)).catch(() => null);
    if (!row || !rows.has(place)) return;
    rows.set(place, row);
    submit(row);
  }

  // -- what the visitor sees of it ----------------------------------------------------------------------------------------

  /** @param {number} place @param {ContributionState} now @param {string | null} [problem] */
  function say(place, now, problem = null) {
    const one = shown.get(place);
    if (!one) return;
    one.state.value = now;
    one.problem.value = problem;
    if (now === "refused") one.handoff.value = null;
  }

  /** The way home is good for so long. @param {Shown} one @param {number} for_ms */
  function limit(one, for_ms) {
    one.until_ms = clock_ms() + for_ms;
    world.cancel(one.timer);
    one.timer = world.later(() => (one.handoff.value = null), for_ms);
  }

  /** @param {Words} words @returns {Promise<Contribution>} */
  function write(words) {
    const press = JSON.stringify(words);
    const known = pressed.get(press);
    if (known) return known;
    const contribution = keepWords(words);
    pressed.set(press, contribution);
    contribution.catch(() => pressed.delete(press)); // it was not taken: the next press is another try
    return contribution;
  }

  /** @param {Words} words @returns {Promise<Contribution>} */
  async function keepWords(words) {
    const command = commandOf(words);
    const { board } = words;
    const joinUrl = boards.find(board)?.join_url;
    if (joinUrl === undefined) throw refused("unknown_board");
    if (!hasRoom()) throw refused(broken ? "not_kept" : "queue_full");
    const { secret, key } = secretAndKey();
    const mine = visits;
    coming += 1;
    count();
    /** @type {Row} */
    let row;
    try {
      await boards.claimed(board);
      row = await inTurn(() => storage.add({ board, command, key }, "released"));
    } catch {
      throw refused("not_kept");
    } finally {
      coming -= 1;
      count();
    }
    keep(row);
    const one = visits === mine ? show(row, `${joinUrl}#h=${secret}`) : null;
    submit(row);
    if (!one) throw refused("visit_over");
    return { board, state: one.state, problem: one.problem, handoff: one.handoff };
  }

  /** @param {Row} row @param {string} link @returns {Shown} */
  function show({ place }, link) {
    /** @type {Shown} */
    const one = {
      state: signal(/** @type {ContributionState} */ ("queued")),
      problem: signal(null),
      handoff: signal(null),
      ready: signal(false),
      until_ms: 0,
      timer: null,
    };
    const left_s = () => Math.max(0, Math.ceil((one.until_ms - clock_ms()) / 1_000));
    one.handoff.value = { link, qr: qrPath(link), ready: one.ready, left_s };
    limit(one, GOOD_FOR_MS);
    shown.set(place, one);
    return one;
  }

  // -- opinions ---------------------------------------------------------------------------------------------------------

  /**
   * @param {string} board
   * @param {string} card
   * @param {OpinionMark | null} mark
   * @returns {boolean} whether it was taken
   */
  function give(board, card, mark) {
    const name = `${board}/${card}`;
    if (said.has(name) || !boards.find(board)) return false;
    const known = held.get(name);
    if (!known && (mark === null || !hasRoom())) return false;
    const one = known ?? { board, card, mark, place: null, saving: false };
    one.mark = mark;
    held.set(name, one);
    const marks = new Map(given.peek());
    if (mark === null) marks.delete(card);
    else marks.set(card, mark);
    given.value = marks;
    saveSoon(one);
    return true;
  }

  /** However often a finger comes, one write is under way, and it has the latest. @param {Held} one */
  function saveSoon(one) {
    if (one.saving) return;
    one.saving = true;
    if (one.place === null) coming += 1;
    count();
    const first = one.place === null;
    inTurn(() => save(one))
      .catch(() => undefined)
      .finally(() => {
        if (first) coming -= 1;
        count();
      });
  }

  /** @param {Held} one */
  async function save(one) {
    one.saving = false;
    const { board, card, mark, place } = one;
    if (mark === null) {
      safe.value = new Set([...safe.peek()].filter((kept) => kept !== card));
      if (place === null) return;
      one.place = null;
      gone(place);
      await storage.remove(place);
      return;
    }
    /** @type {ClientCommand} */
    const command = { type: "opinion.give", card, mark };
    if (place !== null) await storage.replace(place, command);
    else {
      const row = await storage.add({ board, command }, "held");
      one.place = row.place;
      rows.set(row.place, row);
    }
    if (given.peek().has(card)) safe.value = new Set([...safe.peek(), card]);
  }

  /** What was thought of the cards looked at until now is final. */
  function leaveCard() {
    for (const [name, one] of held) {
      if (one.mark !== null) said.add(name);
      void inTurn(() => release(one)).catch(() => undefined);
    }
    held.clear();
  }

  /** @param {Held} one */
  async function release({ board, place }) {
    if (place === null) return;
    await boards.claimed(board);
    const row = await storage.release(place);
    if (!row) return;
    rows.set(place, row);
    submit(row);
  }

  /** The visit is over: nothing here leads to the screen any more. */
  function forget() {
    visits += 1;
    leaveCard();
    said.clear();
    pressed.clear();
    given.value = new Map();
    safe.value = new Set();
    for (const one of shown.values()) {
      world.cancel(one.timer);
      one.handoff.value = null;
    }
    shown.clear();
  }

  return {
    state: /** @type {ReadonlySignal<QueueState>} */ (state),
    given: /** @type {ReadonlySignal<ReadonlyMap<string, OpinionMark>>} */ (given),
    safe: /** @type {ReadonlySignal<ReadonlySet<string>>} */ (safe),
    open,
    write,
    give,
    leaveCard,
    forget,
    close() {
      closed = true;
      forget();
      world.cancel(mending);
      for (const { timer } of putOff.values()) world.cancel(timer);
    },
  };
}

/** @param {"queue_full" | "not_kept" | "visit_over" | "unknown_board" | "text_empty" | "text_too_long"} code */
const refused = (code) => new Refused({ code, message: code });

/** @param {Words} words @returns {ClientCommand} */
function commandOf({ text: written, lang, section, parents, verb, owes, comment_on }) {
  const text = written.trim();
  if (text === "") throw refused("text_empty");
  const max_chars = comment_on === undefined ? LIMITS.CARD_TEXT_CHARS : LIMITS.COMMENT_CHARS;
  if (text.length > 4 * max_chars || [...text].length > max_chars) throw refused("text_too_long");
  if (comment_on !== undefined) return { type: "comment.add", card: comment_on, text, lang };
  const place = section === undefined ? {} : { section };
  if (!parents || parents.length === 0) return { type: "card.add", text, lang, ...place };
  const thanks = owes ? { owes } : {};
  return { type: "card.rebound", parents: [...parents], verb: verb ?? "extends", text, lang, ...thanks };
}

/**
 * A rebound on a card that is gone meanwhile is an idea of its own: its author has left, and nobody else can mend it.
 * @param {ClientCommand} command
 * @param {string} code why it was refused
 * @returns {ClientCommand | null}
 */
function withoutParents(command, code) {
  if (command.type !== "card.rebound" || code !== "unknown_card") return null;
  const { text, lang } = command;
  return { type: "card.add", text, ...(lang ? { lang } : {}) };
}

/**
 * A board as a kiosk shows it: the core's session, line and fold, without a person behind them.
 *
 * There is nothing of one's own here: no votes, no drafts, nothing to take back; whatever is private to a participant is passed
 * over. What was last seen is shown before there is a line, and followed from its position (HB4).
 *
 * @import { AcceptedFrame, Card, ClientCommand, Comment, Permission, RejectedFrame, SeatBoard } from "@protocol/generated/types"
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { BoardState } from "../../core/fold.js"
 * @import { Effect } from "../../core/session.js"
 * @import { KeptState } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { batch, computed, signal } from "@preact/signals";
import { Connection } from "../../core/connection.js";
import { commentsByCard, fromSnapshot, withEvents } from "../../core/fold.js";
import { inWindow } from "../../core/lab.js";
import { Session } from "../../core/session.js";

/** @typedef {"connecting" | "live" | "offline" | "ended"} Line */
/**
 * @typedef {object} Hears  What becomes of what was said.
 * @property {(id: number) => void} said
 * @property {(accepted: AcceptedFrame) => void} accepted
 * @property {(rejected: RejectedFrame) => void} rejected
 * @property {(id: number) => void} renew    its id came too late: the same under another one
 * @property {() => void} interrupted        the line is gone: what was said will be said again
 * @property {() => void} shown              the whole board was told anew
 * @property {() => void} unsure              what its seat says may be old: the line was away, or a moderator has set something
 * @property {(code: string) => unknown} ended  the line is gone for good; the close code's name
 */
/** @typedef {ReturnType<typeof openBoard>} KioskBoard */
/** What screens see of it. @typedef {Omit<KioskBoard, "start" | "renewToken" | "submit" | "unwritten" | "close">} ShownBoard */

/** What is told of a board and stands in a seat. */
const OF_SEATS = new Set(["kiosk.seats_changed", "kiosk.settings_changed"]);
/** The shortest time between two redraws that others' events ask for. */
const SHOW_EVERY_MS = 100;
const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 30_000;

/** @type {ReadonlyMap<string, any>} */
const NOTHING = new Map();

/**
 * @param {{ surroundings: Surroundings, at: SeatBoard, hears: Hears }} what
 */
export function openBoard({ surroundings, at, hears }) {
  const { world, clock_ms } = surroundings;
  const session = new Session({ token: at.token, device: "" });
  /** @type {Signal<Line>} */
  const line = signal("connecting");
  /** @type {Signal<BoardState | null>} */
  const state = signal(null);
  /** What will be shown next. @type {BoardState | null} */
  let folded = null;
  /** What was last written down. @type {BoardState | null} */
  let written = null;
  let shownAt_ms = -Infinity;
  /** @type {unknown} */
  let showing = null;
  /** How often each command was put off, and until when. @type {Map<number, { times: number, timer: unknown }>} */
  const putOff = new Map();
  /** @type {Connection | null} */
  let connection = null;
  let closed = false;
  let lost = false;

  const meta = computed(() => state.value?.meta ?? null);
  const shared = computed(() => state.value?.shared ?? NOTHING);
  /** Only what stands face up: a kiosk has no backs of cards to show. @type {ReadonlySignal<ReadonlyMap<string, Card>>} */
  const cards = computed(
    () => new Map([...shared.value].filter(([, card]) => card.state === "shown" && !card.sealed)),
  );
  const said = computed(() => state.value?.comments ?? NOTHING);
  const showcases = computed(() => meta.value?.showcases);
  const stages = computed(() => meta.value?.stages);

  function show() {
    world.cancel(showing);
    showing = null;
    shownAt_ms = clock_ms();
    state.value = folded;
  }

  function showSoon() {
    const wait_ms = shownAt_ms + SHOW_EVERY_MS - clock_ms();
    if (wait_ms <= 0) show();
    else showing ??= world.later(show, wait_ms);
  }

  /** @param {Effect[]} effects */
  const perform = (effects) => batch(() => effects.forEach(performOne));

  /** @param {Effect} effect */
  function performOne(effect) {
    switch (effect.do) {
      case "send":
        if (effect.frame.type === "submit") hears.said(effect.frame.id);
        return connection?.send(effect.frame);
      case "welcome":
        if (connection) connection.beat_ms = effect.limits.beat_ms;
        if (effect.recovered) line.value = "live";
        if (lost) hears.unsure();
        lost = false;
        return undefined;
      case "snapshot":
        line.value = "live";
        folded = fromSnapshot(effect.board, null);
        show();
        return hears.shown();
      case "events":
        if (folded) folded = withEvents(folded, effect.events);
        if (effect.events.some(({ type }) => OF_SEATS.has(type))) hears.unsure();
        return showSoon();
      case "accepted":
        settled(effect.accepted.id);
        return hears.accepted(effect.accepted);
      case "rejected":
        settled(effect.rejected.id);
        return hears.rejected(effect.rejected);
      case "renew":
        settled(effect.id);
        return hears.renew(effect.id);
      case "wait":
        return wait(effect.id);
      case "leave":
        return connection?.leave(effect.code, effect.retry_after_ms);
      case "reconnect":
        return connection?.reopen();
      case "yours": // nothing here is anybody's own
      case "presence":
      case "trouble":
        return undefined;
      default:
        return assertNever(effect);
    }
  }

  /** @param {number} id */
  function settled(id) {
    world.cancel(putOff.get(id)?.timer);
    putOff.delete(id);
  }

  /** Too much at once, or a server that cannot save now: the same again, under the same id. @param {number} id */
  function wait(id) {
    const times = putOff.get(id)?.times ?? 0;
    const ceiling_ms = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** times);
    const timer = world.later(() => perform(session.again(id)), ceiling_ms * (0.5 + world.random() / 2));
    putOff.set(id, { times: times + 1, timer });
  }

  function connect() {
    connection?.stop();
    line.value = "connecting";
    connection = new Connection(socketUrl(at.board), listener(), world);
    connection.start();
  }

  const listener = () => ({
    opened: () => perform(session.opened(clock_ms())),
    received: (/** @type {import("@protocol/generated/types").ServerFrame} */ frame) => {
      perform(session.receive(frame, clock_ms()));
      if (session.phase === "live") line.value = "live";
    },
    closed: (/** @type {number} */ failures) => {
      session.closed();
      lost = true;
      line.value = failures > 1 ? "offline" : "connecting";
      hears.interrupted();
    },
    ended: (/** @type {string} */ code) => {
      session.closed();
      line.value = "ended";
      hears.interrupted();
      hears.ended(code);
    },
  });

  const probe = () => connection?.probe();
  surroundings.page.addEventListener("online", probe);

  return {
    id: at.board,
    code: at.code,
    locale: at.locale,
    join_url: at.join_url,
    participant: at.participant,
    /** As the board says, else as it was called when this kiosk last asked for its seat. */
    title: computed(() => meta.value?.title ?? at.title),
    /** @type {ReadonlySignal<Line>} */
    line,
    /** The whole board; null: never seen. @type {ReadonlySignal<BoardState | null>} */
    state,
    cards,
    /** Card → what was said about it, oldest first. @type {ReadonlySignal<Map<string, Comment[]>>} */
    comments: computed(() => commentsByCard({ comments: said.value, ownComments: NOTHING })),
    /** What a moderator put in the window. */
    window: computed(() => {
      const whole = { showcases: showcases.value, stages: stages.value };
      return inWindow({ meta: /** @type {any} */ (whole), shared: cards.value });
    }),
    /**
     * Whether visitors may do this now: the board is open, and its step says so.
     * @param {Permission} permission
     */
    allows: (permission) => {
      const now = meta.value;
      return now !== null && !now.locked && now.step.allows.includes(permission);
    },

    // -- for the engine alone -----------------------------------------------------------------------------------------

    /**
     * @param {string} device
     * @param {KeptState | undefined} kept  what was last seen
     */
    start(device, kept) {
      if (closed) return;
      session.becomes(device, session.unanswered);
      if (kept && !folded) {
        session.position = kept.position;
        folded = written = kept.state;
        show();
      }
      connect();
    },
    /** A fresh token: for the next line, and at once where the old one was refused. @param {string} token */
    renewToken(token) {
      session.token = token;
      if (line.peek() === "ended" && !closed) connect();
    },
    /** @param {number} id @param {ClientCommand} command */
    submit: (id, command) => perform(session.submit(id, command)),
    /** What is to be written down; null: it is already. @returns {KeptState | null} */
    unwritten() {
      if (!folded || folded === written) return null;
      written = folded;
      return { state: folded, position: session.position };
    },
    close() {
      closed = true;
      world.cancel(showing);
      for (const { timer } of putOff.values()) world.cancel(timer);
      surroundings.page.removeEventListener("online", probe);
      connection?.stop();
    },
  };
}

/** @param {string} board */
const socketUrl = (board) =>
  `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/${encodeURIComponent(board)}`;

/**
 * @param {never} effect
 * @returns {never}
 */
function assertNever(effect) {
  throw new Error(`unknown effect ${JSON.stringify(effect)}`);
}

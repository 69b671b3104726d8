/**
 * The line to the server: one WebSocket at a time, opened again with full jitter whenever it ends and may come back.
 *
 * Rules: HB5 (two beats of silence: the line is dead), HB7 (wait as `bye` says, then a random delay), HB9 (the close code
 * decides whether to come back). It knows frames only as JSON; what they mean is the session's business. A large frame is
 * read a task at a time, so that a slow phone answers a finger in between; what comes meanwhile waits for its turn.
 *
 * @import { ClientFrame, ServerFrame } from "@protocol/generated/types"
 */
import { SUBPROTOCOL } from "@protocol/generated/tables.js";

/**
 * The closes after which there is no coming back, by number: all from 4500 on. The protocol's table has their sentences,
 * which a phone need not fetch; a test holds the two together.
 * @type {Readonly<Record<number, string>>}
 */
export const FINAL = {
  4500: "bad_token",
  4501: "expired_token",
  4502: "wrong_board",
  4503: "removed",
  4504: "unknown_board",
  4505: "abuse",
  4506: "wrong_subprotocol",
};

const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 15_000;
/** How long an opening handshake, or the answer to a ping after waking up, may take. */
const PATIENCE_MS = 5_000;
const BEAT_MS = 10_000;
/** From here on a frame is worth tasks of its own: on a slow phone a full board's snapshot takes 30 ms to read. */
const LARGE_CHARS = 32_768;

/**
 * @typedef {object} Listener
 * @property {() => void} opened
 * @property {(frame: ServerFrame) => void} received
 * @property {(failures: number) => void} closed   the line is gone and will be tried again
 * @property {(code: string) => void} ended        the line is gone for good; the close code's name
 */

/**
 * @typedef {object} World  What a test replaces.
 * @property {(url: string, protocol: string) => WebSocket} open
 * @property {() => number} random
 * @property {(run: () => void, after_ms: number) => unknown} later
 * @property {(timer: any) => void} cancel
 */

/** @type {World} */
export const BROWSER = {
  open: (url, protocol) => new WebSocket(url, protocol),
  random: Math.random,
  later: (run, after_ms) => setTimeout(run, after_ms),
  cancel: (timer) => clearTimeout(timer),
};

export class Connection {
  /**
   * @param {string} url
   * @param {Listener} listener
   * @param {World} [world]
   */
  constructor(url, listener, world = BROWSER) {
    this.url = url;
    this.listener = listener;
    this.world = world;
    this.beat_ms = BEAT_MS;
    /** Lines in a row that ended before anything was heard. */
    this.failures = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.stopped = false;
    /** @type {unknown} */
    this.silence = null;
    /** @type {unknown} */
    this.waiting = null;
    /** Frames that wait for their turn, oldest first: text, or what was read of it. @type {any[]} */
    this.queue = [];
    /** @type {unknown} */
    this.turn = null;
    /** What `bye` said before the line closed. @type {{ code: string, retry_after_ms: number | null } | null} */
    this.farewell = null;
  }

  start() {
    this._open();
  }

  /** @param {ClientFrame} frame */
  send(frame) {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  /**
   * The server has said goodbye; the close will follow.
   * @param {string} code
   * @param {number | null} retry_after_ms
   */
  leave(code, retry_after_ms) {
    this.farewell = { code, retry_after_ms };
  }

  /** Leaves this line and comes back at once, e.g. because something was missed on it. */
  reopen() {
    this._drop();
    if (!this.stopped) this._again(0);
  }

  /** The phone woke up, the network came back, the page is looked at again: find out now whether the line lives. */
  probe() {
    if (this.stopped) return;
    if (this.waiting !== null) {
      this.world.cancel(this.waiting);
      this.waiting = null;
      this._open();
    } else if (this.socket?.readyState === 1) {
      this.send({ type: "ping" });
      this._expect(PATIENCE_MS);
    }
  }

  /** For good. */
  stop() {
    this.stopped = true;
    this.world.cancel(this.waiting);
    this.waiting = null;
    this._drop();
  }

  _open() {
    this.farewell = null;
    const socket = this.world.open(this.url, SUBPROTOCOL);
    this.socket = socket;
    this._expect(PATIENCE_MS * 2);
    socket.onopen = () => {
      if (this.socket === socket) this.listener.opened();
    };
    socket.onmessage = ({ data }) => {
      if (this.socket !== socket) return;
      this.failures = 0;
      this._expect(this.beat_ms * 2);
      if (this.queue.length === 0 && data.length < LARGE_CHARS) this.listener.received(JSON.parse(data));
      else if (this.queue.push(data) === 1) this._turnSoon();
    };
    socket.onclose = ({ code }) => {
      while (this.socket === socket && this.queue.length > 0) this._turn();
      if (this.socket === socket) this._lost(code);
    };
  }

  _turnSoon() {
    this.turn = this.world.later(() => {
      try {
        this._turn();
      } finally {
        if (this.queue.length > 0) this._turnSoon();
      }
    }, 0);
  }

  /** A large frame is read; heard the next time; and the time after that the small ones behind it, all together. */
  _turn() {
    const [first] = this.queue;
    if (typeof first !== "string") this._hear();
    else if (first.length < LARGE_CHARS) while (this.queue[0]?.length < LARGE_CHARS) this._hear();
    else this.queue[0] = JSON.parse(first);
  }

  _hear() {
    const frame = this.queue.shift();
    this.listener.received(typeof frame === "string" ? JSON.parse(frame) : frame);
  }

  /**
   * Nothing heard for this long: the line is dead, whatever the socket believes.
   * @param {number} within_ms
   */
  _expect(within_ms) {
    this.world.cancel(this.silence);
    this.silence = this.world.later(() => this._lost(0), within_ms);
  }

  _drop() {
    this.world.cancel(this.silence);
    this.world.cancel(this.turn);
    this.queue = [];
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {number} number  the close code */
  _lost(number) {
    this._drop();
    if (this.stopped) return;
    const final = FINAL[number] ?? (this.farewell?.retry_after_ms === null ? this.farewell.code : undefined);
    if (final !== undefined) {
      this.stopped = true;
      this.listener.ended(final);
      return;
    }
    const asked_ms = this.farewell?.retry_after_ms ?? 0;
    const ceiling_ms = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** this.failures);
    this.failures += 1;
    this._again(asked_ms + this.world.random() * ceiling_ms);
  }

  /** @param {number} after_ms */
  _again(after_ms) {
    this.listener.closed(this.failures);
    this.world.cancel(this.waiting);
    this.waiting = this.world.later(() => {
      this.waiting = null;
      this._open();
    }, after_ms);
  }
}

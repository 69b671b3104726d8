/**
 * One device's conversation with one board, without I/O: frames and times in, effects out.
 *
 * Rules: HB4 (resume at a position, or start from a snapshot), HB5 (a beat ahead of what I hold means I missed
 * something), LG4 (an unanswered command is said again under its own id, oldest first, never more than the window).
 * It knows no socket, no storage and no timer: `store.js` performs the effects.
 *
 * @import { AcceptedFrame, BoardView, ClientFrame, ClientCommand, Limits, OutgoingEvent, Position, PresenceFrame, RejectedFrame, ServerFrame, WelcomeFrame, You, YoursFrame } from "@protocol/generated/types"
 */

/**
 * @typedef {{ do: "send", frame: ClientFrame }
 *   | { do: "welcome", you: You, limits: Limits, skew_ms: number, recovered: boolean }
 *   | { do: "snapshot", board: BoardView }
 *   | { do: "events", events: readonly OutgoingEvent[], seq: number }
 *   | { do: "yours", yours: YoursFrame, whole: boolean }
 *   | { do: "accepted", accepted: AcceptedFrame }
 *   | { do: "rejected", rejected: RejectedFrame }
 *   | { do: "wait", id: number, code: string }
 *   | { do: "renew", id: number, command: ClientCommand }
 *   | { do: "presence", presence: PresenceFrame }
 *   | { do: "trouble", code: string, message: string }
 *   | { do: "leave", code: string, retry_after_ms: number | null }
 *   | { do: "reconnect" }} Effect
 */

/** Before `welcome` tells, no more than this many commands are said. */
const WINDOW = 64;

/**
 * Refusals that pass by themselves: the same command is said again, under the same id, without asking the person. (The
 * other temporary ones, a locked board or a step that forbids, are for the person to see and to decide.)
 */
export const PASSING = new Set(["rate_limited", "busy", "unavailable", "draining"]);

export class Session {
  /**
   * @param {{ token: string, device: string, position?: Position | null }} who
   */
  constructor({ token, device, position = null }) {
    this.token = token;
    this.device = device;
    /** How far I have followed; null until the first snapshot. @type {Position | null} */
    this.position = position;
    /** @type {"away" | "greeting" | "snapshot" | "live"} */
    this.phase = "away";
    /** Commands without an answer, by id, oldest first. @type {Map<number, ClientCommand>} */
    this.unanswered = new Map();
    /** Ids said on this connection. @type {Set<number>} */
    this.said = new Set();
    this.window = WINDOW;
    this.greetedAt_ms = 0;
    /** Where the frames after a welcome lead; set until `yours` ends them. @type {number | null} */
    this.leadsTo = null;
    /** The last beat's seq when it was ahead of me. @type {number | null} */
    this.beatAhead = null;
  }

  /**
   * The line is open.
   * @param {number} now_ms
   * @returns {Effect[]}
   */
  opened(now_ms) {
    this.phase = "greeting";
    this.said.clear();
    this.greetedAt_ms = now_ms;
    /** @type {ClientFrame} */
    const hello = { type: "hello", token: this.token, device: this.device };
    if (this.position) hello.position = this.position;
    return [{ do: "send", frame: hello }];
  }

  /** The line is gone. What was said may or may not have arrived: everything unanswered will be said again. */
  closed() {
    this.phase = "away";
    this.said.clear();
    this.beatAhead = null;
  }

  /**
   * A new command, already kept by the outbox under its id.
   * @param {number} id
   * @param {ClientCommand} command
   * @returns {Effect[]}
   */
  submit(id, command) {
    this.unanswered.set(id, command);
    return this._fill();
  }

  /**
   * Nobody waits for this one any more.
   * @param {number} id
   */
  forget(id) {
    this.unanswered.delete(id);
    this.said.delete(id);
  }

  /**
   * A refusal that may pass: the same command again under the same id, which is safe whatever became of the first.
   * @param {number} id
   * @returns {Effect[]}
   */
  again(id) {
    this.said.delete(id);
    return this._fill();
  }

  /**
   * From now on another device speaks (its outbox was taken over by another tab): same place on the board, other commands.
   * @param {string} device
   * @param {Iterable<[number, ClientCommand]>} unanswered
   */
  becomes(device, unanswered) {
    this.device = device;
    this.unanswered = new Map(unanswered);
    this.said.clear();
  }

  /**
   * A frame arrived.
   * @param {ServerFrame} frame
   * @param {number} now_ms
   * @returns {Effect[]}
   */
  receive(frame, now_ms) {
    switch (frame.type) {
      case "welcome":
        return this._welcomed(frame, now_ms);
      case "snapshot":
        this.position = frame.position;
        this.beatAhead = null; // that was of another past, perhaps of another epoch
        this.phase = "live";
        return [{ do: "snapshot", board: frame.board }];
      case "events":
        return this._happened(frame.seq, frame.events);
      case "yours":
        return this._yours(frame);
      case "accepted":
        if (!this.unanswered.has(frame.id)) return [];
        this.forget(frame.id);
        return [{ do: "accepted", accepted: frame }, ...this._fill()];
      case "rejected":
        return this._rejected(frame);
      case "presence":
        return [{ do: "presence", presence: frame }];
      case "beat":
        return this._beat(frame.seq);
      case "error":
        return [{ do: "trouble", code: frame.code, message: frame.message }];
      case "bye":
        return [{ do: "leave", code: frame.code, retry_after_ms: frame.retry_after_ms }];
      default:
        return []; // a newer server's frame: nothing this client has promised to understand
    }
  }

  /**
   * @param {WelcomeFrame} welcome
   * @param {number} now_ms
   * @returns {Effect[]}
   */
  _welcomed({ you, limits, position, recovered, server_time }, now_ms) {
    this.window = limits.commands_in_flight;
    this.beatAhead = null;
    this.leadsTo = position.seq;
    const halfway_ms = this.greetedAt_ms + (now_ms - this.greetedAt_ms) / 2;
    if (!recovered) this.position = null; // whatever is held belongs to another past: only the snapshot counts
    else if (this.position && this.position.epoch !== position.epoch) this.position = { ...position, seq: 0 };
    this.phase = recovered ? "live" : "snapshot";
    return [
      { do: "welcome", you, limits, skew_ms: server_time - halfway_ms, recovered },
      ...this._fill(),
    ];
  }

  /**
   * @param {number} seq
   * @param {readonly OutgoingEvent[]} events
   * @returns {Effect[]}
   */
  _happened(seq, events) {
    if (!this.position || seq <= this.position.seq) return [];
    this.position = { ...this.position, seq };
    return [{ do: "events", events, seq }];
  }

  /**
   * The first one after a welcome is whole and ends the catching up, also where nothing of what was missed was for me.
   * @param {YoursFrame} yours
   * @returns {Effect[]}
   */
  _yours(yours) {
    const { leadsTo } = this;
    this.leadsTo = null;
    if (leadsTo !== null && this.position && this.position.seq < leadsTo) this.position = { ...this.position, seq: leadsTo };
    return [{ do: "yours", yours, whole: leadsTo !== null }];
  }

  /**
   * @param {RejectedFrame} rejected
   * @returns {Effect[]}
   */
  _rejected(rejected) {
    const { id, code } = rejected;
    const command = this.unanswered.get(id);
    if (!command) return [];
    if (PASSING.has(code)) return [{ do: "wait", id, code }];
    this.forget(id);
    if (code === "stale_id") return [{ do: "renew", id, command }, ...this._fill()];
    return [{ do: "rejected", rejected }, ...this._fill()];
  }

  /**
   * One beat ahead of me may have overtaken nothing but the flush; a second one with nothing in between has.
   * @param {number} seq
   * @returns {Effect[]}
   */
  _beat(seq) {
    if (this.phase !== "live" || !this.position) return [];
    if (seq <= this.position.seq) {
      this.beatAhead = null;
      return [];
    }
    const missed = this.beatAhead !== null && this.position.seq < this.beatAhead;
    this.beatAhead = missed ? null : seq;
    return missed ? [{ do: "reconnect" }] : [];
  }

  /**
   * Says what is unanswered and not yet said here, oldest first, within the window.
   * @returns {Effect[]}
   */
  _fill() {
    if (this.phase !== "live" && this.phase !== "snapshot") return [];
    /** @type {Effect[]} */
    const effects = [];
    for (const [id, command] of [...this.unanswered].sort(([a], [b]) => a - b)) {
      if (this.said.size >= this.window) break;
      if (this.said.has(id)) continue;
      this.said.add(id);
      effects.push({ do: "send", frame: { type: "submit", id, command } });
    }
    return effects;
  }
}

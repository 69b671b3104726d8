/**
 * The boards of a seat: opened when the seat names them, closed when it no longer does, and written down as they were last seen.
 *
 * @import { SeatBoard } from "@protocol/generated/types"
 * @import { Signal } from "@preact/signals"
 * @import { KioskBoard } from "./board.js"
 * @import { Storage } from "./storage.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { signal } from "@preact/signals";
import { randomId } from "../../core/ids.js";
import { openBoard } from "./board.js";

/** How often what was seen is written down: what a power cut may cost of it. A board told anew is written down at once. */
const KEEP_EVERY_MS = 60_000;

/**
 * @typedef {object} Told  What the queue hears of every board.
 * @property {(board: KioskBoard) => void} ready
 * @property {(board: string, id: number) => void} said
 * @property {(board: string, accepted: import("@protocol/generated/types").AcceptedFrame) => void} accepted
 * @property {(board: string, rejected: import("@protocol/generated/types").RejectedFrame) => void} rejected
 * @property {(board: string, id: number) => void} renew
 * @property {(board: string) => void} interrupted
 */

export class Boards {
  /**
   * @param {{ surroundings: Surroundings, storage: Storage, reseat: () => void }} parts `reseat`: a board has sent this kiosk
   *   away, or it may be another one than it was
   */
  constructor({ surroundings, storage, reseat }) {
    this.reseat = reseat;
    this.surroundings = surroundings;
    this.storage = storage;
    /** @type {Signal<readonly KioskBoard[]>} */
    this.list = signal([]);
    /** When each board's device is claimed, and things may be said on it. @type {Map<string, Promise<void>>} */
    this.claims = new Map();
    /** @type {Told | null} */
    this.told = null;
    this.keepNow = () => void this.keep();
    surroundings.page.addEventListener("pagehide", this.keepNow);
    /** @type {unknown} */
    this.timer = null;
    this.keepLater();
  }

  /** @param {string} id @returns {KioskBoard | undefined} */
  find(id) {
    return this.list.peek().find((board) => board.id === id);
  }

  /** Resolves when things may be said on this board; undefined: it is none of this seat's. @param {string} id */
  claimed(id) {
    return this.claims.get(id);
  }

  /**
   * These and no others, in this order. Every report brings fresh tokens.
   * @param {readonly SeatBoard[]} seats
   */
  follow(seats) {
    const before = this.list.peek();
    const same = (/** @type {KioskBoard} */ board, /** @type {SeatBoard} */ at) =>
      board.id === at.board && board.participant === at.participant && board.join_url === at.join_url;
    for (const board of before) if (!seats.some((at) => same(board, at))) this.drop(board);
    const after = seats.map((at) => {
      const known = before.find((board) => same(board, at));
      known?.renewToken(at.token);
      return known ?? this.open(at);
    });
    if (after.length !== before.length || after.some((board, place) => board !== before[place])) this.list.value = after;
  }

  /** @param {SeatBoard} at */
  open(at) {
    const { board: id } = at;
    const board = openBoard({
      surroundings: this.surroundings,
      at,
      hears: {
        said: (one) => this.told?.said(id, one),
        accepted: (frame) => this.told?.accepted(id, frame),
        rejected: (frame) => this.told?.rejected(id, frame),
        renew: (one) => this.told?.renew(id, one),
        shown: this.keepNow,
        interrupted: () => this.told?.interrupted(id),
        unsure: () => id === this.list.peek()[0]?.id && this.reseat(), // what it was paired with says who it is
        ended: (code) => code === "removed" && this.reseat(),
      },
    });
    const claim = this.claim(board);
    this.claims.set(id, claim);
    claim.catch(() => undefined);
    return board;
  }

  /** Where nothing can be stored the board is shown all the same, and nothing is taken. @param {KioskBoard} board */
  async claim(board) {
    try {
      const device = await this.storage.device(board.id, board.participant);
      board.start(device, await this.storage.state(board.id));
    } catch (error) {
      board.start(randomId(), undefined);
      throw error;
    }
    this.told?.ready(board);
  }

  /** @param {KioskBoard} board */
  drop(board) {
    board.close();
    this.claims.delete(board.id);
  }

  /** Writes down what was seen since the last time. */
  async keep() {
    for (const board of this.list.peek()) {
      const seen = board.unwritten();
      if (seen) await this.storage.keepState(board.id, seen).catch(() => undefined); // a full disk: the next time tries again
    }
  }

  keepLater() {
    this.timer = this.surroundings.world.later(() => {
      this.keepNow();
      this.keepLater();
    }, KEEP_EVERY_MS);
  }

  close() {
    this.surroundings.world.cancel(this.timer);
    this.surroundings.page.removeEventListener("pagehide", this.keepNow);
    for (const board of this.list.peek()) this.drop(board);
  }
}

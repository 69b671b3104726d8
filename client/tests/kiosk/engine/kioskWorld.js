// A kiosk in a test: its engine over a fake IndexedDB, a clock that moves when told, links that carry frames one by one, and a
// server that does what the protocol says of kiosks. No real time, no network. `restart` is a power cut.
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { vi } from "vitest";
import { createEngine } from "../../../src/kiosk/engine/index.js";
import { Refused } from "../../../src/core/refused.js";
import { Server, World } from "../../core/world.js";

/** The end of this turn of the event loop, where the fake database does one step of what it was asked. */
const turn = () => new Promise((resolve) => /** @type {any} */ (globalThis).setImmediate(resolve));

/** Everything a database, a promise and a timer of now have to say. */
export async function quiet() {
  for (let round = 0; round < 60; round += 1) await turn();
}

/** A board behind the protocol that takes what visitors say; what they write waits for a moderator. */
export class KioskServer extends Server {
  constructor() {
    super();
    /** What was accepted, in order. @type {any[]} */
    this.taken = [];
    /** Hand-offs by key. @type {Map<string, string>} */
    this.handoffs = new Map();
    /** @type {any[]} */
    this.reports = [];
    this.build = /** @type {string | null} */ (null);
    /** @type {any} */
    this.pin = null;
    /** What HTTP answers in place of the usual. @type {(method: string, path: string, body: any) => any} */
    this.answers = () => undefined;
    this.idle_s = 60;
    /** @type {any[] | null} */
    this.seats = null;
  }

  view() {
    const board = /** @type {any} */ (super.view());
    const more = { stages: {}, showcases: {}, opinions: {}, lab: [], kiosk: { idle_s: 60, keyboard: null } };
    return { ...board, cards: this.cards, locale: "fr", comments: [], groups: [], reactions: {}, ...more };
  }

  /** @param {any} session @param {any} frame */
  submit(session, frame) {
    const before = this.seq;
    super.submit(session, frame);
    if (this.seq > before) this.taken.push(frame.command);
    return undefined;
  }
}

export class KioskWorld {
  /** @param {number} [seed] @param {string} [address] */
  constructor(seed = 1, address = "/kiosk/b#t=TOKEN") {
    this.world = new World(seed);
    this.server = this.world.server = new KioskServer();
    this.database = `kiosk-${seed}-${Math.random()}`;
    /** Whether HTTP works although no socket opens. */
    this.web = false;
    this.reloads = 0;
    this.html = "<script src='/assets/kiosk-1.js'>";
    this.loaded = this.html;
    /** @type {Set<() => void>} */
    this.stops = new Set();
    globalThis.indexedDB = new IDBFactory();
    history.replaceState(null, "", address);
    /** @type {import("../../../src/kiosk/engine/index.js").Engine} */
    this.engine = this.start();
  }

  start() {
    this.engine = createEngine({
      world: this.world.surroundings,
      clock_ms: () => this.world.now_ms - 1_600_000_000_000,
      ask: (method, path, body) => this.ask(method, path, body),
      reload: () => (this.reloads += 1),
      database: this.database,
      served: async () => this.html,
      loaded: this.loaded,
    });
    return this.engine;
  }

  /** Seated, with a line to every board. */
  async seated() {
    const { seat, boards } = this.engine;
    await this.until(() => seat.value.is === "seated" && boards.value.every(({ line }) => line.value === "live"));
  }

  /** The power goes, and comes back: the page is another, the disk the same. */
  async restart() {
    this.engine.close();
    for (const link of this.world.links) link.drop(1006, false);
    this.world.timers = [];
    this.start();
    await quiet();
    return this.engine;
  }

  /** @param {string} method @param {string} path @param {any} body */
  async ask(method, path, body) {
    if (!this.world.reachable && !this.web) throw new Refused({ code: "unreachable", message: "", temporary: true });
    const special = this.server.answers(method, path, body);
    if (special instanceof Error) throw special;
    if (special !== undefined) return special;
    if (path.endsWith("/seat")) {
      this.server.reports.push(body);
      return this.seat();
    }
    if (path.endsWith("/handoffs")) {
      this.server.handoffs.set(body.key, body.made);
      return { expires_ms: this.world.now_ms + 600_000 };
    }
    throw new Refused({ code: "not_found", message: "" });
  }

  seat() {
    const { build, pin, idle_s } = this.server;
    const board = (/** @type {string} */ id) => ({
      board: id, code: `CODE${id}`, title: `Board ${id}`, locale: "fr", join_url: `http://h/j/CODE${id}`, participant: `kiosk-${id}`, token: "FRESH",
    });
    const boards = this.server.seats ?? [board("b")];
    return { name: "Vitrine", build, settings: { idle_s, keyboard: null }, pin, boards, server_time: this.world.now_ms };
  }

  /** The line is away, or back. @param {boolean} there */
  line(there) {
    this.world.reachable = there;
    if (!there) for (const link of this.world.links) link.drop();
  }

  /** All that is under way arrives, and so much time passes, a piece at a time. @param {number} [for_ms] */
  async pass(for_ms = 0) {
    await this.arrive();
    for (let left_ms = for_ms; left_ms > 0; left_ms -= 5_000) {
      this.world.advance(Math.min(5_000, left_ms));
      this.server.beat();
      await this.arrive();
    }
  }

  /** Time passes until it is so, an hour at most. @param {() => boolean} isSo */
  async until(isSo) {
    for (let round = 0; round < 720 && !isSo(); round += 1) await this.pass(5_000);
    if (!isSo()) throw new Error("it never came to that");
  }

  async arrive() {
    do await quiet();
    while (this.deliver());
  }

  deliver() {
    let any = false;
    while (this.world.step()) any = true;
    this.world.links = this.world.links.filter((link) => link.state !== "closed");
    return any;
  }

  /** A finger on the screen. */
  touch() {
    window.dispatchEvent(new Event("pointerdown"));
  }

  /** What stands on the disk, all of it, as text. */
  async disk() {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(this.database);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const db = /** @type {IDBDatabase} */ (database);
    /** @type {Record<string, any>} */
    const found = {};
    for (const name of db.objectStoreNames) {
      found[name] = await new Promise((resolve) => {
        const all = db.transaction(name).objectStore(name).getAll();
        all.onsuccess = () => resolve(all.result);
      });
    }
    db.close();
    return found;
  }

  close() {
    this.engine.close();
    vi.restoreAllMocks();
  }
}

/** @param {string} text @param {object} [more] @returns {any} */
export const idea = (text, more = {}) => ({ board: "b", text, lang: "fr", ...more });

/** @param {ArrayBuffer} bytes */
export const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** What the server makes of a secret, by the platform's own hash: SHA-256 in base64url without padding. @param {string} secret */
export const keyOf = async (secret) =>
  base64(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace("=", "");

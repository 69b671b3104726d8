// The session, frames in and effects out: HB4 (resume or snapshot), HB5 (a beat ahead), LG4 (same ids, in order).
import { describe, expect, it } from "vitest";
import { FOLDS, fromSnapshot, withEvents } from "../../src/core/fold.js";
import "../../src/core/lab.js";
import { Session } from "../../src/core/session.js";
import { CLOSES, EVENTS, SERVER_FRAMES } from "@protocol/generated/tables.js";

/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {import("../../src/core/session.js").Effect} Effect */

/** @type {Record<string, any>} */
const VECTORS = import.meta.glob("../../../protocol/vectors/*.json", { import: "default", eager: true });

const LIMITS = {
  card_text_chars: 1000, owes_chars: 280, name_chars: 40, parents_per_card: 8,
  frame_bytes: 65536, commands_in_flight: 2, beat_ms: 10_000,
};
/** @type {import("@protocol/generated/types.d.ts").You} */
const YOU = { participant: "p1", role: "participant", segment: null, name: "Ana" };
/** @param {number} seq @returns {any} */
const yours = (seq) => ({ type: "yours", seq, ballots: {}, cards: [], authored: [] });
/** @param {string} text @returns {ClientCommand} */
const add = (text) => ({ type: "card.add", text });
/** @param {number} seq @param {{ recovered?: boolean, epoch?: string }} [how] @returns {any} */
const welcome = (seq, { recovered = true, epoch = "e1" } = {}) => ({
  type: "welcome", you: YOU, position: { epoch, seq }, recovered, server_time: 5_000, limits: LIMITS,
});
/** @param {number} seq @param {string} [epoch] @returns {any} */
const snapshot = (seq, epoch = "e1") => ({ type: "snapshot", position: { epoch, seq }, board: {} });
/** @param {Effect[]} effects @returns {any[]} */
const sent = (effects) => effects.flatMap((effect) => (effect.do === "send" ? [effect.frame] : []));
/** @param {Effect[]} effects */
const kinds = (effects) => effects.map((effect) => effect.do);

/** A session that is live at `seq`. */
function live(seq = 10) {
  const session = new Session({ token: "t", device: "d" });
  session.opened(1_000);
  session.receive(welcome(seq, { recovered: false }), 1_100);
  session.receive(snapshot(seq), 1_100);
  session.receive(yours(seq), 1_100);
  return session;
}

describe("HB4: resuming", () => {
  it("says hello without a position first, and with one after a snapshot", () => {
    const session = new Session({ token: "t", device: "d" });
    expect(sent(session.opened(0))).toEqual([{ type: "hello", token: "t", device: "d" }]);
    session.receive(welcome(10, { recovered: false }), 0);
    session.receive(snapshot(10), 0);
    session.closed();
    expect(sent(session.opened(0))[0]).toMatchObject({ position: { epoch: "e1", seq: 10 } });
  });

  it("passes over events at or below its position", () => {
    const session = live(10);
    expect(session.receive({ type: "events", seq: 10, events: [] }, 0)).toEqual([]);
    expect(kinds(session.receive({ type: "events", seq: 12, events: [] }, 0))).toEqual(["events"]);
    expect(session.position).toEqual({ epoch: "e1", seq: 12 });
  });

  it("forgets its position when it was not recovered, and holds the new epoch's after the snapshot", () => {
    const session = live(10);
    session.closed();
    session.opened(0);
    session.receive(welcome(3, { recovered: false, epoch: "e2" }), 0);
    expect(session.position).toBeNull();
    expect(session.receive({ type: "events", seq: 4, events: [] }, 0)).toEqual([]);
    session.receive(snapshot(3, "e2"), 0);
    expect(session.position).toEqual({ epoch: "e2", seq: 3 });
  });

  it("stands where the welcome led once `yours` has come, also where nothing of it was for this audience", () => {
    const session = live(10);
    session.closed();
    session.opened(0);
    session.receive(welcome(15), 0);
    const effects = session.receive(yours(15), 0);
    expect(effects).toMatchObject([{ do: "yours", whole: true }]);
    expect(session.position?.seq).toBe(15);
    expect(session.receive(yours(16), 0)).toMatchObject([{ do: "yours", whole: false }]);
    expect(session.position?.seq).toBe(15);
  });

  it("takes the middle of asking and answering as the moment of the server's time", () => {
    const session = new Session({ token: "t", device: "d" });
    session.opened(1_000);
    expect(session.receive(welcome(1), 1_400)[0]).toMatchObject({ do: "welcome", skew_ms: 5_000 - 1_200 });
  });
});

describe("HB5: beats", () => {
  it("comes back when two beats in a row are ahead and nothing came between", () => {
    const session = live(10);
    expect(session.receive({ type: "beat", seq: 12 }, 0)).toEqual([]);
    expect(kinds(session.receive({ type: "beat", seq: 12 }, 0))).toEqual(["reconnect"]);
  });

  it("stays where the events came after all", () => {
    const session = live(10);
    session.receive({ type: "beat", seq: 12 }, 0);
    session.receive({ type: "events", seq: 12, events: [] }, 0);
    expect(session.receive({ type: "beat", seq: 13 }, 0)).toEqual([]);
  });
});

describe("LG4: commands", () => {
  it("says nothing before the welcome, then everything in order, within the window", () => {
    const session = new Session({ token: "t", device: "d" });
    expect(session.submit(1, add("a"))).toEqual([]);
    session.opened(0);
    session.submit(2, add("b"));
    session.submit(3, add("c"));
    expect(sent(session.receive(welcome(1), 0)).map((frame) => frame.id)).toEqual([1, 2]);
    expect(sent(session.receive({ type: "accepted", id: 1, seq: 2 }, 0)).map((frame) => frame.id)).toEqual([3]);
  });

  it("says what is unanswered again, under the same ids, on the next line", () => {
    const session = live();
    session.submit(7, add("a"));
    session.submit(8, add("b"));
    session.receive({ type: "accepted", id: 7, seq: 11 }, 0);
    session.closed();
    session.opened(0);
    expect(sent(session.receive(welcome(11), 0))).toEqual([{ type: "submit", id: 8, command: add("b") }]);
  });

  it("tells of an answer once", () => {
    const session = live();
    session.submit(1, add("a"));
    expect(kinds(session.receive({ type: "accepted", id: 1, seq: 11 }, 0))).toEqual(["accepted"]);
    expect(session.receive({ type: "accepted", id: 1, seq: 11 }, 0)).toEqual([]);
  });

  it("puts a passing refusal off under the same id, and hands the others over", () => {
    const session = live();
    session.submit(1, add("a"));
    session.submit(2, add("b"));
    /** @param {number} id @param {string} code @returns {any} */
    const refusal = (id, code) => ({ type: "rejected", id, code, message: "", temporary: true });
    expect(session.receive(refusal(1, "unavailable"), 0)).toEqual([{ do: "wait", id: 1, code: "unavailable" }]);
    expect(kinds(session.receive(refusal(2, "locked"), 0))).toEqual(["rejected"]);
    expect(sent(session.again(1)).map((frame) => frame.id)).toEqual([1]);
  });

  it("asks for a new id when the old one is too old to be answered", () => {
    const session = live();
    session.submit(1, add("a"));
    const effects = session.receive({ type: "rejected", id: 1, code: "stale_id", message: "", temporary: false }, 0);
    expect(effects).toEqual([{ do: "renew", id: 1, command: add("a") }]);
  });
});

describe("the protocol's vectors", () => {
  /** @param {string} name @returns {any[]} */
  const read = (name) => VECTORS[`../../../protocol/vectors/${name}.json`];
  const frames = [...read("server_frames"), ...read("events")].filter((vector) => vector.valid && vector.json);

  it("has one for every frame a server sends", () => {
    expect(new Set(frames.map((vector) => vector.json.type))).toEqual(new Set(SERVER_FRAMES));
  });

  for (const { name, json } of frames) {
    it(`understands: ${name}`, () => {
      const session = live(0);
      session.position = { epoch: "e7Kq", seq: 0 };
      session.unanswered = new Map([[json.id, add("a")]]);
      const effects = session.receive(json, 0);
      if (json.type === "beat" || json.type === "rejected" || json.type === "accepted") return;
      expect(effects.length).toBeGreaterThan(0);
    });
  }

  it("folds every event there is, onto any board", () => {
    expect(new Set(Object.keys(FOLDS))).toEqual(new Set(EVENTS));
    const boards = frames.filter(({ json }) => json.type === "snapshot").map(({ json }) => json.board);
    for (const board of boards) {
      for (const { json } of frames.filter((vector) => vector.json.type === "events")) {
        const state = withEvents(fromSnapshot(board, null), json.events);
        expect(state.meta.id).toBe(board.id);
      }
    }
  });

  it("says only what the protocol's client frames say", () => {
    const known = read("client_frames").filter((vector) => vector.valid && vector.json);
    const hello = sent(new Session({ token: "t", device: "d" }).opened(0))[0];
    const fields = new Set(known.filter(({ json }) => json.type === "hello").flatMap(({ json }) => Object.keys(json)));
    expect(Object.keys(hello).every((field) => fields.has(field))).toBe(true);
  });

  it("knows from the number alone which closes are resumable (HB9)", () => {
    for (const { number, resumable } of Object.values(CLOSES)) expect(number < 4500).toBe(resumable);
  });
});

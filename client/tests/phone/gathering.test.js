// What stands in the list and what waits: nothing moves under a finger (PRODUCT §5, 10; LOOK, motion).
import { describe, expect, it } from "vitest";
import { FEW, gathered, groupsOf, mayAdmit, STILL_MS } from "../../src/phone/gathering.js";
import { isOpen, may } from "../../src/phone/permits.js";
import { placeOf } from "../../src/phone/place.js";

/**
 * @param {string} id
 * @param {object} [more]
 * @returns {any}
 */
const card = (id, more = {}) => ({
  id, text: id, section: null, author: "p1", rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 0, order: 0, ...more,
});
const ids = (/** @type {{ id: string }[]} */ cards) => cards.map((one) => one.id);

describe("gathering", () => {
  it("lets in what was admitted and what is mine; the rest waits", () => {
    const { shown, held } = gathered([card("a"), card("b"), card("c")], new Set(["a"]), new Set(["c"]));
    expect([ids(shown), ids(held)]).toEqual([["a", "c"], ["b"]]);
  });

  it("takes new cards in by itself only at the top, untouched, unoccupied, and few at a time", () => {
    const still = { atTop: true, stillFor_ms: STILL_MS, busy: false, held: 2 };
    expect(mayAdmit(still)).toBe(true);
    for (const other of [{ atTop: false }, { stillFor_ms: STILL_MS - 1 }, { busy: true }, { held: 0 }, { held: FEW + 1 }]) {
      expect(mayAdmit({ ...still, ...other })).toBe(false);
    }
  });
});

describe("what is sealed", () => {
  it("given others' cards before the reveal, then no list shows their backs; mine I see, and all of them once revealed", () => {
    const cards = [card("theirs", { sealed: true, text: "" }), card("mine", { sealed: true }), card("open")];
    const listed = (/** @type {any[]} */ some) => groupsOf(some, { kind: "all" }, [], new Set(["mine"])).flatMap((group) => ids(group.cards));
    expect(listed(cards).sort()).toEqual(["mine", "open"]);
    expect(listed(cards.map((one) => ({ ...one, sealed: false }))).sort()).toEqual(["mine", "open", "theirs"]);
  });
});

describe("views", () => {
  const sections = [{ id: "s1" }, { id: "s2" }];
  const cards = [
    card("old", { at_ms: 1, section: "s2" }),
    card("new", { at_ms: 3, section: "s2" }),
    card("free", { at_ms: 2 }),
    card("lost", { at_ms: 4, section: "gone" }),
    card("binned", { at_ms: 5, state: "withdrawn" }),
  ];

  it("shows all, newest first, by section where there are sections, an unknown section as none", () => {
    const groups = groupsOf(cards, { kind: "all" }, sections, new Set());
    expect(groups.map((group) => [group.section, ids(group.cards)])).toEqual([
      [null, ["lost", "free"]],
      ["s2", ["new", "old"]],
    ]);
  });

  it("shows one section alone", () => {
    const groups = groupsOf(cards, { kind: "section", section: "s2" }, sections, new Set());
    expect(groups.map((group) => ids(group.cards))).toEqual([["new", "old"]]);
  });

  it("shows mine with what I withdrew, and nobody else the bin", () => {
    const mine = groupsOf(cards, { kind: "mine" }, sections, new Set(["binned", "old"]));
    expect(mine.map((group) => ids(group.cards))).toEqual([["binned", "old"]]);
  });
});

describe("what may be offered", () => {
  /** @type {any} */
  const board = { locked: false, step: { allows: ["add"] } };
  /** @type {any} */
  const you = { role: "participant" };

  it("follows the step and the lock for participants", () => {
    expect(may(board, you, "add")).toBe(true);
    expect(may(board, you, "vote")).toBe(false);
    expect(may({ ...board, locked: true }, you, "add")).toBe(false);
    expect(may(board, { ...you, role: "display" }, "add")).toBe(false);
    expect(may(null, you, "add")).toBe(false);
  });

  it("offers no rebound on what not everybody sees", () => {
    expect(isOpen(card("a"))).toBe(true);
    expect(isOpen(card("a", { sealed: true }))).toBe(false);
    expect(isOpen(card("a", { state: "hidden" }))).toBe(false);
  });
});

describe("the address", () => {
  it("means a code, a kiosk's board, or nowhere", () => {
    expect(placeOf("/j/kite7")).toEqual({ kind: "join", key: "KITE7" });
    expect(placeOf("/kiosk/b1Xy")).toEqual({ kind: "link", key: "b1Xy" });
    expect(placeOf("/")).toEqual({ kind: "nowhere" });
  });
});

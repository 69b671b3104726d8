// What stands in the list and what waits: nothing moves under a finger (PRODUCT 5.10; LOOK, motion).
import { describe, expect, it } from "vitest";
import { blocksOf, FEW, gathered, mayAdmit, STILL_MS } from "../../src/phone/gathering.js";
import { isOpen, may, mayAct } from "../../src/phone/permits.js";
import { placeOf } from "../../src/phone/place.js";

/**
 * @param {string} id
 * @param {object} [more]
 * @returns {any}
 */
const card = (id, more = {}) => ({
  id, text: id, section: null, author: "p1", rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 0, order: 0, ...more,
});
/** @param {import("../../src/phone/gathering.js").Block | undefined} block */
const keys = (block) => block?.rows.map(({ key }) => key);

describe("gathering", () => {
  it("lets in what was admitted and what is mine; the rest waits", () => {
    const { shown, held } = gathered([card("a"), card("b"), card("c")], new Set(["a"]), new Set(["c"]));
    expect([shown, held].map((cards) => cards.map(({ id }) => id))).toEqual([["a", "c"], ["b"]]);
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
    const listed = (/** @type {any[]} */ some) => blocksOf(some, { kind: "all" }, [], new Set(["mine"])).flatMap(keys);
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
    const blocks = blocksOf(cards, { kind: "all" }, sections, new Set());
    expect(blocks.map((block) => [block.section, keys(block)])).toEqual([
      [null, ["lost", "free"]],
      ["s2", ["new", "old"]],
    ]);
  });

  it("shows one section alone", () => {
    expect(blocksOf(cards, { kind: "section", section: "s2" }, sections, new Set()).map(keys)).toEqual([["new", "old"]]);
  });

  it("shows mine with what I withdrew, and nobody else the bin", () => {
    expect(blocksOf(cards, { kind: "mine" }, sections, new Set(["binned", "old"])).map(keys)).toEqual([["binned", "old"]]);
  });

  it("shows what was not seen when it was asked for, and nothing else", () => {
    expect(blocksOf(cards, { kind: "unseen", cards: new Set(["free", "binned"]) }, sections, new Set()).map(keys)).toEqual([["free"]]);
  });

  it("stacks what stands in a group, where its newest card would stand, in the section of the stack", () => {
    const groups = new Map([["g", { id: "g", title: "Both", section: "s1", order: 1 }]]);
    const stacked = [card("a", { at_ms: 1, group: "g", section: "s2" }), card("b", { at_ms: 3, group: "g" }), card("c", { at_ms: 2, section: "s1" })];
    const blocks = blocksOf(stacked, { kind: "all" }, sections, new Set(), groups);
    expect(blocks.map((block) => [block.section, keys(block)])).toEqual([["s1", ["g", "c"]]]);
    expect(blocks[0]?.rows[0]?.cards.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(keys(blocksOf(stacked, { kind: "mine" }, [], new Set(["a", "b"]), groups)[0])).toEqual(["b", "a"]);
    expect(keys(blocksOf(stacked, { kind: "all" }, [], new Set())[0])).toEqual(["b", "c", "a"]);
  });
});

describe("what may be offered", () => {
  /** @param {object} [step] @param {{ role?: string, locked?: boolean, muted?: boolean }} [more] @returns {any} */
  const who = (step = {}, { role = "participant", locked = false, muted = false } = {}) => ({
    board: { value: { locked, step: { allows: ["add"], ...step } } }, you: { value: { role } }, muted: { value: muted },
  });

  it("follows the step, the lock and a mute for participants", () => {
    expect(may(who(), "add")).toBe(true);
    expect(may(who(), "vote")).toBe(false);
    expect(may(who({}, { locked: true }), "add")).toBe(false);
    expect(may(who({}, { role: "display" }), "add")).toBe(false);
    expect(may(who({}, { role: "moderator", locked: true }), "vote")).toBe(true);
    expect(may({ ...who(), board: /** @type {any} */ ({ value: null }) }, "add")).toBe(false);
    const muted = who({ allows: ["add", "vote"] }, { muted: true });
    expect([may(muted, "add"), may(muted, "vote")]).toEqual([false, true]);
  });

  it("gives staff their own permissions where the step has them", () => {
    expect(may(who({ staff_allows: ["vote"] }, { role: "staff" }), "add")).toBe(false);
    expect(may(who({}, { role: "staff" }), "add")).toBe(true);
  });

  it("knows when there is nothing to do but read", () => {
    expect(mayAct(who({ allows: ["edit", "vote"] }), false)).toBe(false);
    expect(mayAct(who({ allows: ["edit", "vote"] }), true)).toBe(true);
    expect(mayAct(who(), false)).toBe(true);
  });

  it("offers no rebound on what not everybody sees", () => {
    expect(isOpen(card("a"))).toBe(true);
    expect(isOpen(card("a", { sealed: true }))).toBe(false);
    expect(isOpen(card("a", { state: "hidden" }))).toBe(false);
  });
});

describe("the address", () => {
  it("means a code, a look at how it is on a phone, or nowhere", () => {
    expect(placeOf("/j/kite7")).toEqual({ kind: "join", key: "KITE7" });
    expect(placeOf("/j/kite7", "?lang=fr")).toEqual({ kind: "join", key: "KITE7" });
    expect(placeOf("/j/kite7", "?preview")).toEqual({ kind: "preview", key: "KITE7" });
    expect(placeOf("/j/%E0%A4%A")).toEqual({ kind: "join", key: "%E0%A4%A" }); // cut in the middle of a letter: nobody's code
    expect(placeOf("/kiosk/b1Xy")).toEqual({ kind: "nowhere" });
    expect(placeOf("/")).toEqual({ kind: "nowhere" });
  });
});

// What there is to vote on, how far a ballot may go, and which pair comes next.
import { describe, expect, it } from "vitest";
import {
  budgetLeft, creditsFor, goneOf, itemsOf, keyOf, nextPair, nextUnmarked, pairKey, pairOf, pairsOf, placeAfter, reach, rowsOf,
} from "../../src/phone/choose/ballot.js";

/** @import { Card, Group, RoundView } from "@protocol/generated/types" */

/** @param {Partial<RoundView>} over @returns {RoundView} */
const round = (over) => ({
  id: "r", method: "dots", title: null, budget: 5, cap: 3, secret: true, state: "open", opened_ms: 0, voters: 0, ...over,
  on: over.on ?? "cards", options: over.options ?? [], criteria: over.criteria ?? [], scale: over.scale ?? 5,
});
/** @param {string} id @param {Partial<Card>} [over] */
const card = (id, over) =>
  /** @type {Card} */ (/** @type {unknown} */ ({ id, text: `idea ${id}`, state: "shown", sealed: false, parents: [], ...over }));
/** @param {Group | undefined} group @param {readonly Card[]} inside */
const titleOf = (group, inside) => group?.title ?? `around ${inside[0]?.text ?? ""}`;
/** @param {number} n */
const some = (n) => itemsOf(round({}), Array.from({ length: n }, (_, at) => card(`c${at}`)), new Map(), "p1", titleOf);
/** A generator of its own, so that a failure can be played again (mulberry32). @param {number} seed */
function dice(seed) {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("what is voted on", () => {
  it("is every idea that everybody sees, in an order of one's own that stays", () => {
    const cards = [card("a"), card("b"), card("c"), card("d", { state: "hidden" }), card("e", { sealed: true })];
    /** @param {string} who */
    const order = (who) => itemsOf(round({}), cards, new Map(), who, titleOf).map(({ id }) => id);
    expect([...order("ana")].sort()).toEqual(["a", "b", "c"]);
    expect(order("ana")).toEqual(order("ana"));
    const orders = new Set(["ana", "ben", "chloe", "driss", "eve", "farid"].map((who) => order(who).join()));
    expect(orders.size).toBeGreaterThan(1);
  });

  it("is stacks whole and the ideas that stand in none, of a vote on groups", () => {
    const groups = new Map([["g", /** @type {Group} */ (/** @type {unknown} */ ({ id: "g", title: "When we open" }))]]);
    const cards = [card("a", { group: "g" }), card("b", { group: "g", state: "hidden" }), card("c"), card("d", { group: "gone" })];
    const items = itemsOf(round({ on: "groups" }), cards, groups, "p", titleOf);
    expect(items.map(({ id, kind }) => [id, kind]).sort()).toEqual([["c", "card"], ["d", "card"], ["g", "group"]]);
    const stack = items.find(({ id }) => id === "g");
    expect([stack?.text, stack?.cards.map(({ id }) => id)]).toEqual(["When we open", ["a"]]);
  });

  it("is the options in the facilitator's order, numbered from one", () => {
    const items = itemsOf(round({ on: "options", options: ["Yes", "No"] }), [card("a")], new Map(), "p", titleOf);
    expect(items.map(({ id, text }) => [id, text])).toEqual([["1", "Yes"], ["2", "No"]]);
  });

  it("names what I gave to things that are not there any more, pairs too", () => {
    expect(goneOf(some(2), { c0: 1, away: 2 }, { "away c1": [1], "c0 c1": [0] })).toEqual(["away", "away c1"]);
  });
});

describe("budgets", () => {
  it("of points: no more than is left, nor than the cap", () => {
    expect(reach(round({}), 0, 5)).toEqual({ least: 0, most: 3 });
    expect(reach(round({}), 1, 1)).toEqual({ least: 0, most: 2 });
    expect(reach(round({}), 2, 0)).toEqual({ least: 0, most: 2 });
    expect(budgetLeft(round({}), { a: 2, b: 1 }, {})).toBe(2);
  });

  it("of credits: whatever is pressed, the squares never cost more than there are, and what is offered is all there is", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const roll = dice(seed);
      const vote = round({ method: "quadratic", budget: 1 + Math.floor(roll() * 40), cap: 0 });
      /** @type {Record<string, number[]>} */
      const marks = {};
      for (let press = 0; press < 80; press += 1) {
        const id = `c${Math.floor(roll() * 4)}`;
        const now = marks[id]?.[0] ?? 0;
        const left = budgetLeft(vote, {}, marks);
        const { least, most } = reach(vote, now, left);
        expect(least, `seed ${seed}`).toBe(-most);
        expect(creditsFor(most + 1) - creditsFor(now), `seed ${seed}`).toBeGreaterThan(left);
        const next = Math.min(most, Math.max(least, now + (roll() < 0.5 ? -1 : 1)));
        if (next === 0) delete marks[id];
        else marks[id] = [next];
        expect(budgetLeft(vote, {}, marks), `seed ${seed}`).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe("marks", () => {
  it("asks as many rows as the method has", () => {
    const axes = { effort: "Effort", impact: "Impact" };
    const criteria = [{ label: "Useful", weight: 2 }, { label: "New", weight: 1 }];
    expect(rowsOf(round({ method: "agree" }), axes)).toEqual([{ title: null, from: -1, to: 1 }]);
    expect(rowsOf(round({ method: "stars", scale: 7 }), axes)).toEqual([{ title: null, from: 1, to: 7 }]);
    expect(rowsOf(round({ method: "matrix" }), axes).map(({ title }) => title)).toEqual(["Effort", "Impact"]);
    expect(rowsOf(round({ method: "criteria", criteria }), axes).map(({ title }) => title)).toEqual(["Useful", "New"]);
  });

  it("goes on to the next, and from the last one back to what is still open", () => {
    const items = some(3);
    const [first, second, third] = items.map(({ id }) => id);
    expect(nextUnmarked(items, { [`${first}`]: [1] }, 0)).toBe(1);
    expect(nextUnmarked(items, { [`${first}`]: [1], [`${second}`]: [1], [`${third}`]: [1] }, 1)).toBe(-1);
    expect(placeAfter(items, {}, 0)).toBe(1);
    expect(placeAfter(items, { [`${first}`]: [1], [`${third}`]: [1] }, 2)).toBe(1);
    expect(placeAfter(items, { [`${first}`]: [1], [`${second}`]: [1] }, 2)).toBe(-1);
    expect(placeAfter(items, { [`${first}`]: [1], [`${second}`]: [1], [`${third}`]: [1] }, 2)).toBe(-1);
  });
});

describe("pairs", () => {
  it("end after every pair has come once, and each comes with what was compared least", () => {
    for (let n = 2; n <= 9; n += 1) {
      const items = some(n);
      /** @type {Record<string, number[]>} */
      const marks = {};
      for (let pair = nextPair(items, marks); pair; pair = nextPair(items, marks)) {
        expect(marks[keyOf(pair)]).toBeUndefined();
        const times = items.map(({ id }) => Object.keys(marks).filter((key) => key.split(" ").includes(id)).length);
        expect(times[items.indexOf(pair[0])]).toBe(Math.min(...withOpen(items, marks, times)));
        marks[keyOf(pair)] = [1];
      }
      expect(Object.keys(marks)).toHaveLength(pairsOf(n));
    }
  });

  it("never show the one just left for later while there is another, and in the end show the longest left", () => {
    const items = some(4);
    /** @type {string[]} */
    let passed = [];
    for (let press = 0; press < 20; press += 1) {
      const pair = nextPair(items, {}, passed);
      if (!pair) throw new Error("there are pairs");
      const key = keyOf(pair);
      expect(key).not.toBe(passed.at(-1));
      if (passed.length === pairsOf(4)) expect(key).toBe(passed[0]);
      passed = [...passed.filter((one) => one !== key), key];
    }
  });

  it("are over, or not even there, without two ideas; one that vanished takes its pairs along", () => {
    expect(nextPair(some(1), {})).toBeNull();
    expect(nextPair(some(2), { [pairKey("c0", "c1")]: [2] })).toBeNull();
    expect(pairOf(some(2), "c0 away")).toBeNull();
    expect(nextPair(some(2), { "away c0": [1] })?.map(({ id }) => id).sort()).toEqual(["c0", "c1"]);
    expect(nextPair(some(2), { "c0 c1": [1] }, ["away c0", "c0 c1"])).toBeNull();
  });
});

/**
 * How often those have been compared that still have somebody to be compared with.
 * @param {readonly import("../../src/phone/choose/ballot.js").Item[]} items
 * @param {Record<string, number[]>} marks
 * @param {readonly number[]} times
 */
const withOpen = (items, marks, times) =>
  times.filter((_, at) => items.some(({ id }, other) => other !== at && !marks[pairKey(id, items[at]?.id ?? "")]));

// A card's lineage as something to read on a phone: everybody who is credited, each once, and all it led to.
import { describe, expect, it } from "vitest";
import { childrenByParent } from "../../src/core/fold.js";
import { ancestorsOf, descendantsOf } from "../../src/phone/later/lineage.js";
import { card } from "../components/boardStore.js";

/** one → two → four, one → three → four → five */
const cards = new Map(
  [
    card({ id: "one", at_ms: 1 }),
    card({ id: "two", parents: ["one"], at_ms: 2 }),
    card({ id: "three", parents: ["one"], at_ms: 3 }),
    card({ id: "four", parents: ["two", "three"], at_ms: 4 }),
    card({ id: "five", parents: ["four", "gone"], at_ms: 5 }),
  ].map((one) => [one.id, one]),
);
/** @param {import("../../src/phone/later/lineage.js").Kin} kin @returns {any} */
const tree = ({ id, children, again }) => [id, again ? "again" : children.map(tree)];

describe("lineage", () => {
  it("goes back to the first idea, each ancestor once, the farthest first", () => {
    expect(ancestorsOf("four", cards)).toEqual(["one", "two", "three"]);
    expect(ancestorsOf("five", cards).slice(0, 3)).toEqual(["one", "two", "three"]);
    expect(ancestorsOf("one", cards)).toEqual([]);
  });

  it("tells what a card led to as a tree, what has several parents whole only once", () => {
    expect(descendantsOf("one", childrenByParent(cards)).map(tree)).toEqual([
      ["two", [["four", [["five", []]]]]],
      ["three", [["four", "again"]]],
    ]);
    expect(descendantsOf("five", childrenByParent(cards))).toEqual([]);
  });

  it("draws no whole workshop", () => {
    const many = new Map([["root", Array.from({ length: 500 }, (_, place) => `c${place}`)]]);
    expect(descendantsOf("root", many).length).toBeLessThan(100);
  });
});

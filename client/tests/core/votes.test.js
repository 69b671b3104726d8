// My own ballots are in sight from the press on: what is on its way lies over what the server has.
import { expect, it } from "vitest";
import { pairKey, pairMark, withVotes } from "../../src/core/votes.js";

const none = { ballots: {}, marks: {} };

it("lays points, marks and comparisons over what is stored, the last word counting", () => {
  const stored = { ballots: { r1: { a: 1, b: 2 } }, marks: { r2: { a: [1] } } };
  const now = withVotes(stored, [
    { type: "vote.cast", round: "r1", card: "a", weight: 3 },
    { type: "vote.retract", round: "r1", card: "b" },
    { type: "vote.mark", round: "r2", card: "b", marks: [-1] },
    { type: "vote.mark", round: "r2", card: "b", marks: [0] },
    { type: "vote.compare", round: "r3", left: "b", right: "a", says: "left" },
    { type: "card.add", text: "no vote", kind: "idea", tags: [] },
  ]);
  expect(now).toEqual({ ballots: { r1: { a: 3 } }, marks: { r2: { a: [1], b: [0] }, r3: { "a b": [1] } } });
  expect(stored.ballots.r1).toEqual({ a: 1, b: 2 });
});

it("takes back a mark by its item and a comparison by its pair", () => {
  const said = withVotes(none, [
    { type: "vote.compare", round: "r", left: "x", right: "y", says: "tie" },
    { type: "vote.mark", round: "q", card: "x", marks: [4, 2] },
  ]);
  expect(said.marks).toEqual({ r: { "x y": [0] }, q: { x: [4, 2] } });
  const back = withVotes(said, [
    { type: "vote.retract", round: "r", card: "x y" },
    { type: "vote.retract", round: "q", card: "x" },
  ]);
  expect(back.marks).toEqual({ r: {}, q: {} });
  expect(back.ballots).toEqual({});
});

it("says the same of a pair whichever of the two stood on the left", () => {
  expect(pairKey("b", "a")).toBe("a b");
  expect([pairMark("a", "b", "left"), pairMark("b", "a", "right")]).toEqual([-1, -1]);
  expect([pairMark("a", "b", "right"), pairMark("b", "a", "left")]).toEqual([1, 1]);
  expect([pairMark("a", "b", "tie"), pairMark("b", "a", "unsure")]).toEqual([0, 2]);
});

it("moves a single choice in one press, forth and back, while nothing is answered yet", () => {
  const stored = { ballots: { r: { a: 1 } }, marks: {} };
  /** @param {string} card @returns {import("@protocol/generated/types").ClientCommand} */
  const choose = (card) => ({ type: "vote.cast", round: "r", card, weight: 1 });
  expect(withVotes(stored, [choose("b")], new Set(["r"])).ballots).toEqual({ r: { b: 1 } });
  expect(withVotes(stored, [choose("b"), choose("a")], new Set(["r"])).ballots).toEqual({ r: { a: 1 } });
  expect(withVotes(stored, [choose("b")], new Set(["another"])).ballots).toEqual({ r: { a: 1, b: 1 } });
});

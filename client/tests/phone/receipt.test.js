// What became of what I gave: also where nobody's name is stored, on stacks, over several rounds and ties.
import { describe, expect, it } from "vitest";
import { asMarkdown, receiptOf } from "../../src/phone/receipt/receipt.js";

/** @import { Card, Comment, Group, RoundView } from "@protocol/generated/types" */
/** @typedef {import("../../src/phone/receipt/receipt.js").Board} Board */

/** @param {string} id @param {Partial<Card>} [over] */
const card = (id, over) =>
  /** @type {Card} */ (/** @type {unknown} */ ({ id, text: `idea ${id}`, state: "shown", author: null, parents: [], at_ms: 0, ...over }));
/** @param {string} id @param {string} on @param {string | null} author @param {Comment["state"]} [state] @returns {Comment} */
const comment = (id, on, author, state = "shown") => ({ id, card: on, text: `said ${id}`, author, at_ms: 0, state });
/** @param {string} id @param {Partial<RoundView>} over */
const round = (id, over) =>
  /** @type {RoundView} */ (/** @type {unknown} */ ({ id, method: "dots", title: null, state: "closed", on: "cards", options: [], ...over }));
/** @param {string} item @param {number} rank */
const result = (item, rank) => ({ card: item, points: 1, voters: 1, rank });

/** @param {Partial<Board> & { all?: Card[] }} over @returns {Board} */
const board = ({ all = [], ...over }) => ({
  cards: new Map(all.map((one) => [one.id, one])), authored: new Set(), childrenOf: new Map(), comments: new Map(),
  groups: new Map(), rounds: [], ballots: {}, marks: {}, me: "me", ...over,
});

describe("a receipt", () => {
  it("knows my ideas on an anonymous board, oldest first, and tells nobody else's", () => {
    const all = [card("late", { at_ms: 9 }), card("early", { at_ms: 1 }), card("theirs")];
    const { mine } = receiptOf(board({ all, authored: new Set(["late", "early", "erased"]) }));
    expect(mine.map((one) => one.card.id)).toEqual(["early", "late"]);
  });

  it("follows an idea through the lineage, each descendant counted once", () => {
    const all = [card("a"), card("b", { parents: ["a"] }), card("c", { parents: ["a"] }), card("d", { parents: ["b", "c"] })];
    const childrenOf = new Map([["a", ["b", "c"]], ["b", ["d"]], ["c", ["d"]]]);
    const { mine } = receiptOf(board({ all, childrenOf, authored: new Set(["a", "d"]) }));
    expect(mine[0]).toMatchObject({ reach: 3, led: [{ id: "b" }, { id: "c" }], from: [] });
    expect(mine[1]).toMatchObject({ reach: 0, led: [], from: [{ id: "b" }, { id: "c" }] });
  });

  it("says where an idea came out: by itself, with its stack, tied, and in no poll", () => {
    const all = [card("a", { group: "g" }), card("b")];
    const rounds = [
      round("open", { state: "open" }),
      round("cards", { results: [result("b", 1), result("a", 2), result("c", 2)] }),
      round("groups", { on: "groups", results: [result("g", 1), result("b", 2)] }),
      round("before it was stacked", { on: "groups", results: [result("a", 1)] }),
      round("poll", { on: "options", options: ["a"], results: [result("a", 1)] }),
    ];
    const groups = new Map([["g", /** @type {Group} */ (/** @type {unknown} */ ({ id: "g", title: "Opening" }))]]);
    const { mine } = receiptOf(board({ all, rounds, groups, authored: new Set(["a"]) }));
    expect(mine[0]?.group?.title).toBe("Opening");
    expect(mine[0]?.outcomes.map(({ round: { id }, rank, of, tied }) => [id, rank, of, tied])).toEqual([
      ["cards", 2, 3, true],
      ["groups", 1, 2, false],
      ["before it was stacked", 1, 1, false],
    ]);
  });

  it("holds my ballots of every round I voted in, and what I said; nothing that was taken off", () => {
    const all = [card("a")];
    const comments = new Map([
      ["a", [comment("1", "a", "me"), comment("2", "a", "eve"), comment("3", "a", "me", "withdrawn"), comment("4", "a", "eve", "removed")]],
    ]);
    const rounds = [round("p", {}), round("m", { method: "stars" }), round("none", {})];
    const receipt = receiptOf(
      board({ all, comments, rounds, authored: new Set(["a"]), ballots: { p: { a: 2 }, none: {} }, marks: { m: { a: [4] } } }),
    );
    expect(receipt.votes.map(({ round: { id }, points, marks }) => [id, points, marks])).toEqual([
      ["p", { a: 2 }, {}],
      ["m", {}, { a: [4] }],
    ]);
    expect(receipt.comments.map(({ id }) => id)).toEqual(["1"]);
    expect(receipt.mine[0]?.comments).toBe(1);
  });

  it("is empty for who gave nothing", () => {
    expect(receiptOf(board({ all: [card("a")], me: null }))).toEqual({ mine: [], comments: [], votes: [] });
  });
});

it("is kept as Markdown: one line a thing, no part without one", () => {
  const parts = [
    { heading: "Your idea", lines: ["two\nlines  here"] },
    { heading: "What you said", lines: [] },
    { heading: "Your votes", lines: ["a", "b"] },
  ];
  expect(asMarkdown("My receipt\n· Why?", parts)).toBe(
    "# My receipt · Why?\n\n## Your idea\n\n- two lines here\n\n## Your votes\n\n- a\n- b\n",
  );
});

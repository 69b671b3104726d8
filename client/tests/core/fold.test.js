// The board as a fold: what each event changes, and how what is only mine lies over what everybody sees (DM6's other side).
import { describe, expect, it } from "vitest";
import { cardsOf, childrenByParent, commentsByCard, fromSnapshot, inOrder, withEvents, withYours } from "../../src/core/fold.js";

/**
 * @param {string} id
 * @param {object} [more]
 * @returns {any}
 */
const card = (id, more = {}) => ({
  id, text: id, section: null, author: "p1", rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 1, order: 1, ...more,
});
const board = (more = {}) =>
  fromSnapshot(
    /** @type {any} */ ({
      id: "b", code: "KITE7", title: "T", template: "x", locale: "en", anonymous: false, locked: false, created_ms: 0,
      segments: [], sections: [{ id: "s1", title: "One", hint: null }, { id: "s2", title: "Two", hint: null }],
      cards: [card("c1"), card("c2", { section: "s2" })], rounds: [], participants: [],
      step: { id: "open", instruction: null, allows: [], private: false }, timer: null, ...more,
    }),
    null,
  );
/**
 * @param {import("../../src/core/fold.js").BoardState} state
 * @param {...any} events
 */
const after = (state, ...events) => withEvents(state, events);

describe("events", () => {
  it("adds a card and its author, and shares what it did not touch", () => {
    const before = board();
    const state = after(before, { type: "card.added", card: card("c3"), author: { participant: "p1", role: "participant", segment: null, name: "Ana" } });
    expect(cardsOf(state).get("c3")?.text).toBe("c3");
    expect(state.people.get("p1")?.name).toBe("Ana");
    expect(cardsOf(before).has("c3")).toBe(false);
    expect(state.rounds).toBe(before.rounds);
    expect(state.meta).toBe(before.meta);
  });

  it("edits only forwards", () => {
    const edit = (/** @type {number} */ rev, /** @type {string} */ text) => ({ type: "card.edited", card: "c1", text, rev, edited_ms: 2 });
    const state = after(board(), edit(3, "newer"), edit(2, "older"));
    expect(cardsOf(state).get("c1")).toMatchObject({ text: "newer", rev: 3, edited_ms: 2 });
  });

  it("moves, links, unlinks, takes away", () => {
    let state = after(board(), { type: "card.moved", card: "c1", section: "s1", order: 7 });
    expect(cardsOf(state).get("c1")).toMatchObject({ section: "s1", order: 7 });
    state = after(state, { type: "card.linked", card: "c2", parents: ["c1"], verb: "extends", owes: "much" });
    expect(cardsOf(state).get("c2")).toMatchObject({ parents: ["c1"], verb: "extends", owes: "much" });
    expect(childrenByParent(cardsOf(state)).get("c1")).toEqual(["c2"]);
    state = after(state, { type: "card.linked", card: "c2", parents: [], verb: null, owes: null });
    expect(cardsOf(state).get("c2")).not.toHaveProperty("verb");
    expect(cardsOf(after(state, { type: "card.gone", card: "c1" })).has("c1")).toBe(false);
  });

  it("leaves a removed section's cards on the board, in none", () => {
    const state = after(board(), { type: "section.removed", section: "s2" });
    expect(cardsOf(state).get("c2")?.section).toBeNull();
    expect(state.meta.sections.map((section) => section.id)).toEqual(["s1"]);
  });

  it("follows a round from opening to results (DM7: tallies are absolute)", () => {
    const opened = { type: "round.opened", round: "r1", method: "dots", budget: 5, cap: 2, secret: false, title: null, at_ms: 9 };
    let state = after(board(), opened, { type: "round.tallied", round: "r1", voters: 1, tallies: { c1: 2 } });
    state = after(state, { type: "round.tallied", round: "r1", voters: 2, tallies: { c2: 1 } });
    expect(state.rounds[0]).toMatchObject({ state: "open", voters: 2, tallies: { c1: 2, c2: 1 } });
    const results = [{ card: "c1", points: 2, voters: 1, rank: 1 }];
    state = after(state, { type: "round.closed", round: "r1", at_ms: 10, tallies: { c1: 2 }, results, voters: 2 });
    expect(state.rounds[0]).toMatchObject({ state: "closed", closed_ms: 10, results, tallies: { c1: 2 } });
  });

  it("shows no tallies of a secret round until it closes", () => {
    const state = after(board(), {
      type: "round.opened", round: "r1", method: "dots", budget: 5, cap: 5, secret: true, title: null, at_ms: 9,
    }, { type: "round.tallied", round: "r1", voters: 3 });
    expect(state.rounds[0]).not.toHaveProperty("tallies");
    expect(state.rounds[0]?.voters).toBe(3);
  });

  it("passes over what it does not know", () => {
    const before = board();
    expect(after(before, { type: "card.sang" })).toEqual(before);
  });
});

describe("what is only mine", () => {
  const sealed = card("c9", { text: "", sealed: true, author: null });
  const mine = card("c9", { text: "my words", sealed: true });

  it("lies over the shared card until that is shown to all", () => {
    let state = after(board(), { type: "card.added", card: sealed });
    state = withYours(state, { ballots: {}, cards: [mine] }, false);
    expect(cardsOf(state).get("c9")?.text).toBe("my words");
    expect(state.authored.has("c9")).toBe(true);
    state = after(state, { type: "cards.revealed", at_ms: 3, cards: [card("c9", { text: "my words" })], authors: [] });
    expect(cardsOf(state).get("c9")).toMatchObject({ text: "my words" });
    expect(cardsOf(state).get("c9")).not.toHaveProperty("sealed");
    expect(state.own.size).toBe(0);
  });

  it("survives in either order: hidden for all, kept for me", () => {
    const forMe = { ballots: {}, cards: [card("c1", { state: "hidden" })] };
    const forAll = { type: "card.changed", card: card("c1", { state: "hidden", text: "" }) };
    expect(cardsOf(after(withYours(board(), forMe, false), forAll)).get("c1")?.text).toBe("c1");
    expect(cardsOf(withYours(after(board(), forAll), forMe, false)).get("c1")?.text).toBe("c1");
  });

  it("is replaced as a whole after a welcome, and only in part later", () => {
    let state = withYours(board(), { ballots: { r1: { c1: 2 } }, cards: [mine], authored: ["c1", "c9"] }, true);
    state = withYours(state, { ballots: { r2: { c1: 1 } }, cards: [] }, false);
    expect(state.ballots).toEqual({ r1: { c1: 2 }, r2: { c1: 1 } });
    state = withYours(state, { ballots: {}, cards: [], authored: ["c1"] }, true);
    expect(state.ballots).toEqual({});
    expect([...state.authored]).toEqual(["c1"]);
    expect(cardsOf(state).has("c9")).toBe(false);
  });
});

it("orders by section, then place, then age", () => {
  const cards = [card("a", { section: "s2", order: 1 }), card("b", { section: "s1", order: 2 }), card("c", { section: "s1", order: 1, at_ms: 5 }), card("d", { section: "s1", order: 1, at_ms: 4 }), card("e")];
  expect(inOrder(cards, board().meta.sections).map((one) => one.id)).toEqual(["e", "d", "c", "b", "a"]);
});

describe("what is only mine, beyond cards", () => {
  const comment = (/** @type {object} */ more) => ({ id: "k1", card: "c1", text: "hm", author: "p1", at_ms: 1, state: "shown", ...more });

  it("shows my pending comment to me until everybody sees it", () => {
    let state = withYours(board(), { ballots: {}, cards: [], comments: [/** @type {any} */ (comment({ state: "pending" }))] }, false);
    expect(commentsByCard(state).get("c1")?.[0]?.state).toBe("pending");
    state = after(state, { type: "comment.changed", comment: comment({}) });
    expect(commentsByCard(state).get("c1")?.[0]?.state).toBe("shown");
    expect(state.ownComments.size).toBe(0);
    expect(commentsByCard(after(state, { type: "comment.gone", comment: "k1" })).size).toBe(0);
  });

  it("keeps marks by round, reactions by card, and whether I may write", () => {
    const first = { ballots: {}, cards: [], marks: { r1: { a: [1] } }, reactions: { c1: /** @type {const} */ ("heart"), c2: /** @type {const} */ ("spark") }, muted: true };
    let state = withYours(board(), first, true);
    state = withYours(state, { ballots: {}, cards: [], marks: { r2: { a: [2] } }, reactions: { c1: null } }, false);
    expect(state).toMatchObject({ marks: { r1: { a: [1] }, r2: { a: [2] } }, myReactions: { c2: "spark" }, muted: true });
    expect(state.myReactions).not.toHaveProperty("c1");
    expect(withYours(state, { ballots: {}, cards: [], authored: [] }, true)).toMatchObject({ marks: {}, myReactions: {}, muted: false });
  });
});

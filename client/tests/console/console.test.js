// What the console works out: what comes next, whose lineage, what stands where, which links it may show.
import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { columnsOf, isInBin, isOnTable } from "../../src/console/boardColumns.js";
import { createDesk, unchanged } from "../../src/console/desk.js";
import { kinOf } from "../../src/console/lineage.js";
import { linksOf } from "../../src/console/links.js";
import { nextMove } from "../../src/console/nextMove.js";
import en from "../../src/console/texts.en.js";
import fr from "../../src/console/texts.fr.js";
import { Refused } from "../../src/core/refused.js";
import { codeFrom } from "../../src/front/code.js";
import { forgetMadeBoard, keepMadeBoard, madeBoards } from "../../src/front/madeBoards.js";
import { addTexts, chooseLanguage } from "../../src/i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

/** @param {Partial<Card>} change @returns {Card} */
const card = (change) => ({ id: "c", text: "x", section: null, author: null, rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 0, order: 0, ...change });

beforeEach(async () => {
  localStorage.clear();
  addTexts({ en, fr });
  await chooseLanguage("en");
});

describe("what comes next", () => {
  const round = /** @type {import("@protocol/generated/types.d.ts").RoundView} */ ({ id: "r" });
  it("given the moment, then one move", () => {
    const board = { locked: false, step: { id: "s", private: false }, plan: [], openRound: null, cards: 0 };
    expect(nextMove(board)).toBe("write");
    expect(nextMove({ ...board, step: { id: "s", private: true }, cards: 3 })).toBe("reveal");
    expect(nextMove({ ...board, cards: 3 })).toBe("open_vote");
    expect(nextMove({ ...board, cards: 3, openRound: round })).toBe("close_vote");
    expect(nextMove({ ...board, cards: 3, locked: true })).toBe("unlock");
  });

  it("given a plan, then it leads as long as it goes on, whatever is under way; at its end that is brought to its end", () => {
    const plan = [{ id: "a" }, { id: "b" }];
    const board = { locked: false, step: { id: "a", private: true }, plan, openRound: round, cards: 3 };
    expect(nextMove(board)).toBe("next_step");
    expect(nextMove({ ...board, step: { id: "elsewhere", private: false } })).toBe("begin");
    const last = { ...board, step: { id: "b", private: true } };
    expect(nextMove(last)).toBe("close_vote");
    expect(nextMove({ ...last, openRound: null })).toBe("reveal");
    expect(nextMove({ ...last, openRound: null, step: { id: "b", private: false } })).toBe("finish");
    const over = { ...last, openRound: null, step: { id: "b", private: false }, locked: true };
    expect(nextMove(over)).toBe("report");
    expect(nextMove({ ...over, openRound: round })).toBe("close_vote");
    expect(nextMove({ ...over, step: { id: "b", private: true } })).toBe("unlock");
    expect(nextMove({ ...over, step: { id: "a", private: false } })).toBe("unlock");
  });
});

describe("lineage", () => {
  const cards = new Map([card({ id: "a" }), card({ id: "b", parents: ["a"] }), card({ id: "c", parents: ["b"] }), card({ id: "d", parents: ["a"] })].map((one) => [one.id, one]));
  const childrenOf = new Map([["a", ["b", "d"]], ["b", ["c"]]]);
  it("given a card, then its ancestors and descendants over every generation, and nobody else", () => {
    const kin = kinOf("b", cards, childrenOf);
    expect(["a", "b", "c", "d"].map(kin)).toEqual(["ancestor", "self", "descendant", "other"]);
  });
});

describe("the table", () => {
  const sections = [{ id: "s1", title: "Keep", hint: null }, { id: "s2", title: "Drop", hint: null }];
  it("given sections, then each is there, and cards in none come last", () => {
    const columns = columnsOf([card({ id: "a", section: "s2" }), card({ id: "b", section: "gone" })], sections);
    expect(columns.map((column) => [column.section?.id ?? null, column.cards.map((one) => one.id)])).toEqual([
      ["s1", []],
      ["s2", ["a"]],
      [null, ["b"]],
    ]);
    expect(columnsOf([], sections)).toHaveLength(2);
    expect(columnsOf([], [])).toHaveLength(1);
  });

  it("given words that were erased, then they keep a place only where another card starts from them, and count as no idea", () => {
    const cards = [card({ id: "gone", state: "erased" }), card({ id: "root", state: "erased" }), card({ id: "child", parents: ["root"] })];
    expect(columnsOf(cards, []).flatMap((column) => column.cards.map((one) => one.id))).toEqual(["root", "child"]);
    expect(cards.filter(isOnTable)).toHaveLength(1);
  });

  it("given the bin and the inbox, then their cards are not on the table (DM4: a removal can be restored)", () => {
    const cards = [card({ state: "removed" }), card({ state: "withdrawn" }), card({ state: "pending" })];
    expect(columnsOf(cards, [])[0]?.cards).toEqual([]);
    expect(cards.filter(isInBin)).toHaveLength(2);
  });
});

describe("the desk", () => {
  /** @param {() => Promise<unknown>} submit */
  const deskWith = (submit) => {
    const step = { id: "x", instruction: "Read me", allows: ["add", "vote"], private: false };
    const undo = vi.fn(async () => undefined);
    const undoOf = vi.fn(() => ({ can: true, undo }));
    const store = { submit: vi.fn(submit), board: signal({ step }), outgoing: signal([]), undo, undoOf };
    return { store, desk: createDesk(/** @type {any} */ (store)) };
  };

  it("given a change of the step, then the rest of it stays as it was", async () => {
    const { store, desk } = deskWith(async () => undefined);
    await desk.setStep({ private: true });
    expect(store.submit).toHaveBeenCalledWith({ type: "step.set", instruction: "Read me", allows: ["add", "vote"], private: true });
  });

  it("given a refusal, then the sentence for its code", async () => {
    const { desk } = deskWith(() => Promise.reject(new Refused({ code: "round_open", message: "server's words" })));
    expect(await desk.act({ type: "board.lock" })).toBe(false);
    expect(desk.notice.value).toMatchObject({ tone: "refused", text: "Another vote is still open. Close it first." });
  });

  it("given a removal, then one press takes it back, unless another has changed it since (PRODUCT 5.3)", async () => {
    const { store, desk } = deskWith(async () => undefined);
    const command = /** @type {const} */ ({ type: "card.remove", card: "c1" });
    await desk.act(command, { done: "console.card.removed" });
    await desk.undoOfNotice()?.();
    expect(store.undoOf).toHaveBeenCalledWith([command]);
    expect(store.undo).toHaveBeenCalledOnce();
    expect(desk.notice.value?.text).toBe("Undone.");
    await desk.act(command, { done: "console.card.removed" });
    store.undoOf.mockReturnValue({ can: false, undo: store.undo });
    expect(desk.undoOfNotice()).toBeNull();
  });

  it("given another goes on just before, then one's own press would skip a step, and says so instead", async () => {
    const { desk } = deskWith(async () => undefined);
    desk.arriveAt("s1");
    expect(desk.isJustTurned()).toBe(false);
    await desk.act({ type: "step.go", step: "s2" });
    desk.arriveAt("s2");
    expect(desk.isJustTurned()).toBe(false);
    desk.arriveAt("s3");
    expect(desk.isJustTurned()).toBe(true);
  });

  it("given several cards, then what is said once, and taken back together", async () => {
    const { store, desk } = deskWith(async () => undefined);
    const commands = ["c1", "c2"].map((card) => /** @type {const} */ ({ type: "card.remove", card }));
    expect(await desk.actAll(commands, { done: "console.select.binned", fill: { n: 2 } })).toBe(true);
    expect(desk.notice.value?.text).toBe("2 cards are in the bin.");
    desk.undoOfNotice();
    expect(store.undoOf).toHaveBeenCalledWith(commands);
  });
});

describe("who is known", () => {
  const ana = { participant: "p1", name: "Ana" };
  const before = new Map([["p1", ana], ["p2", { participant: "p2", name: "Ben" }]]);

  it("given everybody told again as before, then it is the very same map: no card is drawn again for it", () => {
    expect(unchanged(before, new Map([...before].map(([id, one]) => [id, { ...one }])))).toBe(before);
  });

  it("given one who changed and one who came, then only they are new", () => {
    const after = unchanged(before, new Map([["p1", { ...ana }], ["p2", { participant: "p2", name: "Bea" }], ["p3", { participant: "p3", name: "Cy" }]]));
    expect(after.get("p1")).toBe(ana);
    expect([...after.values()].map(({ name }) => name)).toEqual(["Ana", "Bea", "Cy"]);
  });

  it("given one who left, then they are known no more", () => {
    expect([...unchanged(before, new Map([["p1", { ...ana }]])).keys()]).toEqual(["p1"]);
  });
});

describe("boards made here", () => {
  const made = {
    id: "b1",
    code: "KTE7X",
    title: "Why?",
    made_ms: 1,
    tokens: { moderator: "m", kiosk: "k", display: "d" },
    links: { participant: "P", moderator: "M", kiosk: "K", wall: "W#t=d" },
  };

  it("given the device a board was made on, then all its links; elsewhere what the server says of its screens, never one’s own pass", () => {
    keepMadeBoard(made);
    const here = linksOf("b1", "http://here/j/KTE7X", null, "http://here");
    expect(here).toMatchObject({ wall: "W#t=d", moderator: "M", seenByWall: "http://here/wall/b1#t=d" });
    const join = "http://here/j/AAAAA";
    expect(Object.values(linksOf("b2", join, null, "http://here")).filter(Boolean)).toEqual([join, "http://here/lab/AAAAA"]);
    const told = { participant: join, wall: "W2#t=d2", kiosk: "K2#t=k2" };
    expect(linksOf("b2", join, told, "http://here")).toEqual({
      ...told,
      moderator: null,
      seenByPhone: "http://here/j/AAAAA?preview#t=d2",
      seenByWall: "http://here/wall/b2#t=d2",
      seenByKiosk: "http://here/kiosk/b2?preview#t=k2",
      lab: "http://here/lab/AAAAA",
    });
    expect(linksOf("b1", join, { ...told, wall: null }, "http://here")).toMatchObject({ wall: null, seenByWall: null });
  });

  it("given it is forgotten, then nothing of it is left", () => {
    keepMadeBoard(made);
    forgetMadeBoard("b1");
    expect(madeBoards()).toEqual([]);
  });

  it("given something else in storage, then no boards rather than a broken page", () => {
    localStorage.setItem("rebond.made", "{");
    expect(madeBoards()).toEqual([]);
  });
});

describe("what was typed for a code", () => {
  it.each([
    ["kte7x", "KTE7X"],
    [" kte 7x ", "KTE7X"],
    ["http://rebond.local/j/KTE7X", "KTE7X"],
    ["—", ""],
  ])("given %j, then %j", (typed, code) => expect(codeFrom(typed)).toBe(code));
});

describe("both languages", () => {
  it("given the console's words, then each key is in both", () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  });
});

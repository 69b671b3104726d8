// PRODUCT 5.3: undo takes back one's own last action, and never what somebody else has changed since.
import { describe, expect, it } from "vitest";
import { cardsOf, fromSnapshot, withEvents } from "../../src/core/fold.js";
import { createBoardStore } from "../../src/core/store.js";
import { inverseOf, isUndoable } from "../../src/console/undoRows.js";
import { memoryVault } from "../../src/core/vault.js";
import { boardView, card } from "../components/boardStore.js";
import { settle, World } from "./world.js";
import { until } from "../until.js";

const WINDOW = /** @type {const} */ ({ asks: "stars", question: null, picture: null, alternative: null });

/** @param {object} [change] */
const board = (change = {}) =>
  fromSnapshot(
    boardView({
      sections: [{ id: "s1", title: "One", hint: null }, { id: "s2", title: "Two", hint: null }],
      cards: [
        card({ id: "c1", section: "s1", order: 1 }),
        card({ id: "c2", section: "s1", order: 2 }),
        card({ id: "c3", section: "s2", order: 1, group: "g0", tags: ["old"] }),
        card({ id: "c4", section: "s2", order: 2, group: "g0" }),
      ],
      groups: [{ id: "g0", title: "Pair", section: "s2", order: 1 }],
      showcases: { c2: WINDOW },
      ...change,
    }),
    null,
  );

/**
 * What is offered after my command arrived by these events, and then perhaps somebody else's.
 * @param {any} command
 * @param {any[]} events
 * @param {any[]} [others]
 * @param {string} [made]
 * @param {ReturnType<typeof board>} [before]
 */
function offered(command, events, others = [], made = undefined, before = board()) {
  const after = withEvents(before, events);
  return inverseOf({ command, made, before, after, seq: 1 }, withEvents(after, others));
}

const EDIT = { type: "card.edit", card: "c1", text: "Mine", base_rev: 1 };
const EDITED = { type: "card.edited", card: "c1", text: "Mine", rev: 2, edited_ms: 5 };
const MOVE = { type: "card.move", card: "c1", section: "s2" };
const MOVED = { type: "card.moved", card: "c1", section: "s2", order: 9 };

const STAGE = { type: "card.stage", card: "c1", stage: "test", note: "In two shops" };
const LINES = [{ stage: "design", at_ms: 3, note: null }, { stage: "test", at_ms: 7, note: "In two shops" }];
const HISTORY = { type: "card.history", card: "c1", stages: LINES };

/** My command, the events that tell it, and what takes it back. @type {Record<string, [any, any[], any[], string?]>} */
const WAYS = {
  "an edit": [EDIT, [EDITED], [{ type: "card.edit", card: "c1", text: "Open on Saturdays", base_rev: 2 }]],
  "a move": [MOVE, [MOVED], [{ type: "card.move", card: "c1", section: "s1", before: "c2" }]],
  "tags": [
    { type: "card.tag", card: "c3", tags: ["new"], colour: 2 },
    [{ type: "card.tagged", card: "c3", tags: ["new"], colour: 2 }],
    [{ type: "card.tag", card: "c3", tags: ["old"], colour: null }],
  ],
  "a new idea": [
    { type: "card.add", text: "New" },
    [{ type: "card.added", card: card({ id: "c9" }) }],
    [{ type: "card.withdraw", card: "c9" }],
    "c9",
  ],
  "hiding": [
    { type: "card.hide", card: "c1" },
    [{ type: "card.changed", card: card({ id: "c1", state: "hidden" }) }],
    [{ type: "card.show", card: "c1" }],
  ],
  "a removal": [
    { type: "card.remove", card: "c1" },
    [{ type: "card.changed", card: card({ id: "c1", state: "removed" }) }],
    [{ type: "card.restore", card: "c1" }],
  ],
  "a stack": [
    { type: "group.make", cards: ["c1", "c3"] },
    [
      { type: "group.changed", group: { id: "g1", title: null, section: "s1", order: 1 } },
      { type: "cards.grouped", cards: ["c1", "c3"], group: "g1" },
    ],
    [{ type: "group.dissolve", group: "g1" }, { type: "group.add", group: "g0", cards: ["c3"] }],
    "g1",
  ],
  "putting onto a stack": [
    { type: "group.add", group: "g0", cards: ["c1"] },
    [{ type: "cards.grouped", cards: ["c1"], group: "g0" }],
    [{ type: "group.take", card: "c1" }],
  ],
  "taking off a stack": [
    { type: "group.take", card: "c3" },
    [{ type: "cards.grouped", cards: ["c3"], group: null }],
    [{ type: "group.add", group: "g0", cards: ["c3"] }],
  ],
  "unstacking": [
    { type: "group.dissolve", group: "g0" },
    [{ type: "group.gone", group: "g0" }],
    [{ type: "group.make", cards: ["c3", "c4"], title: "Pair" }],
  ],
  "a stack's title": [
    { type: "group.rename", group: "g0", title: "Other" },
    [{ type: "group.changed", group: { id: "g0", title: "Other", section: "s2", order: 1 } }],
    [{ type: "group.rename", group: "g0", title: "Pair" }],
  ],
  "a lock": [{ type: "board.lock" }, [{ type: "board.locked" }], [{ type: "board.unlock" }]],
  "a mute": [
    { type: "participant.mute", participant: "p1" },
    [{ type: "participant.muted", participant: "p1", muted: true }],
    [{ type: "participant.unmute", participant: "p1" }],
  ],
  "a stage": [STAGE, [HISTORY], [{ type: "card.unstage", card: "c1", at_ms: 7 }]],
  "a place in the window": [
    { type: "card.showcase", card: "c1", showcase: WINDOW },
    [{ type: "card.showcased", card: "c1", showcase: WINDOW }],
    [{ type: "card.showcase", card: "c1", showcase: null }],
  ],
  "leaving the window": [
    { type: "card.showcase", card: "c2", showcase: null },
    [{ type: "card.showcased", card: "c2", showcase: null }],
    [{ type: "card.showcase", card: "c2", showcase: WINDOW }],
  ],
  "how kiosks behave": [
    { type: "kiosk.set", settings: { idle_s: 90, keyboard: null }, base: { idle_s: 60, keyboard: null } },
    [{ type: "kiosk.settings_changed", settings: { idle_s: 90, keyboard: null } }],
    [{ type: "kiosk.set", settings: { idle_s: 60, keyboard: null }, base: { idle_s: 90, keyboard: null } }],
  ],
  "the spotlight": [
    { type: "spotlight.set", card: "c1" },
    [{ type: "spotlight.turned", spotlight: { card: "c1", group: null } }],
    [{ type: "spotlight.set", card: null, group: null }],
  ],
};

describe("what I have just done", () => {
  for (const [what, [command, events, back, made]] of Object.entries(WAYS)) {
    it(`is taken back by what undoes it: ${what}`, () => {
      expect(offered(command, events, [], made)).toEqual(back);
    });
  }

  const ROUND = { id: "r1", title: null, method: "stars", on: "cards", state: "open", budget: 0, cap: 0, secret: true, opened_ms: 1, voters: 0 };
  /** @param {any} marks @param {any} [ballots] */
  const voting = (marks, ballots = {}) => ({
    ...board({ rounds: [/** @type {any} */ (ROUND)] }),
    marks: { r1: marks },
    ballots: { r1: ballots },
  });

  for (const [what, before, command, after, back] of /** @type {[string, any, any, any, any][]} */ ([
    ["a first answer", voting({}), { type: "vote.mark", card: "c1", marks: [3] }, voting({ c1: [3] }), { type: "vote.retract", card: "c1" }],
    ["another answer", voting({ c1: [5] }), { type: "vote.mark", card: "c1", marks: [3] }, voting({ c1: [3] }), { type: "vote.mark", card: "c1", marks: [5] }],
    ["a comparison", voting({}), { type: "vote.compare", left: "c2", right: "c1", says: "left" }, voting({ "c1 c2": [1] }), { type: "vote.retract", card: "c1 c2" }],
    ["another comparison", voting({ "c1 c2": [-1] }), { type: "vote.compare", left: "c2", right: "c1", says: "left" }, voting({ "c1 c2": [1] }), { type: "vote.compare", left: "c1", right: "c2", says: "left" }],
    ["first points", voting({}, {}), { type: "vote.cast", card: "c1", weight: 2 }, voting({}, { c1: 2 }), { type: "vote.retract", card: "c1" }],
    ["other points", voting({}, { c1: 1 }), { type: "vote.cast", card: "c1", weight: 2 }, voting({}, { c1: 2 }), { type: "vote.cast", card: "c1", weight: 1 }],
    ["points that were taken back", voting({}, { c1: 2 }), { type: "vote.retract", card: "c1" }, voting({}), { type: "vote.cast", card: "c1", weight: 2 }],
  ])) {
    it(`is taken back, of a ballot, where it was given, while the vote is open: ${what}`, () => {
      const deed = { command: { round: "r1", ...command }, made: undefined, before, after, seq: 1 };
      expect(inverseOf(deed, after)).toEqual([{ round: "r1", ...back }]);
      expect(inverseOf(deed, { ...after, rounds: [{ ...ROUND, state: "closed" }] })).toBeNull();
      expect(isUndoable(command.type)).toBe(false);
    });
  }

  it("is not offered where there is no honest way back", () => {
    for (const type of /** @type {const} */ (["card.erase", "round.close", "step.go", "vote.cast"])) expect(isUndoable(type)).toBe(false);
  });
});

/** Somebody else's event after mine, for each way. @type {Record<string, any[]>} */
const TOUCHED = {
  "an edit": [{ type: "card.edited", card: "c1", text: "Theirs", rev: 3, edited_ms: 6 }],
  "a move": [{ type: "card.moved", card: "c1", section: "s1", order: 4 }],
  "a stage": [{ ...HISTORY, stages: [...LINES, { stage: "live", at_ms: 9, note: null }] }],
  "a place in the window": [{ type: "card.showcased", card: "c1", showcase: { ...WINDOW, asks: "agree" } }],
  "leaving the window": [{ type: "card.changed", card: card({ id: "c2", state: "hidden" }) }],
  "tags": [{ type: "card.tagged", card: "c3", tags: ["theirs"], colour: null }],
  "a new idea": [{ type: "card.added", card: card({ id: "c10", parents: ["c9"] }) }],
  "a removal": [{ type: "card.changed", card: card({ id: "c1", state: "erased", text: "" }) }],
  "a stack": [{ type: "cards.grouped", cards: ["c2"], group: "g1" }],
  "putting onto a stack": [{ type: "cards.grouped", cards: ["c1"], group: null }],
  "taking off a stack": [{ type: "group.gone", group: "g0" }],
  "unstacking": [{ type: "cards.grouped", cards: ["c3"], group: "g7" }],
  "a stack's title": [{ type: "group.changed", group: { id: "g0", title: "Theirs", section: "s2", order: 1 } }],
  "a lock": [{ type: "board.unlocked" }],
  "how kiosks behave": [{ type: "kiosk.settings_changed", settings: { idle_s: 90, keyboard: "qwerty" } }],
  "the spotlight": [{ type: "spotlight.turned", spotlight: { card: "c2", group: null } }],
};

describe("what another has touched since", () => {
  for (const [what, others] of Object.entries(TOUCHED)) {
    it(`is not mine to take back any more: ${what}`, () => {
      const [command, events, , made] = /** @type {[any, any[], any[], string?]} */ (WAYS[what]);
      expect(offered(command, events, others, made)).toBeNull();
    });
  }

  it("not even when it came with my own change, before I could see mine alone", () => {
    expect(offered(MOVE, [MOVED, { type: "card.moved", card: "c1", section: null, order: 3 }])).toBeNull();
    expect(offered(EDIT, [EDITED, { type: "card.edited", card: "c1", text: "Theirs", rev: 3, edited_ms: 6 }])).toBeNull();
  });

  it("while changes elsewhere do not matter", () => {
    const elsewhere = [{ type: "card.edited", card: "c2", text: "Elsewhere", rev: 2, edited_ms: 6 }];
    expect(offered(MOVE, [MOVED], elsewhere)).toHaveLength(1);
  });
});

/** A participant's tab in this world. @param {World} world */
const tabIn = (world) =>
  createBoardStore({
    token: "t", board: "b", seat: "b.p1", url: "ws://test",
    surroundings: {
      openVault: async () => memoryVault(), tab: { read: () => null, write: () => undefined }, world: world.surroundings,
      now_ms: () => world.now_ms, page: new EventTarget(), document: null,
    },
  });

describe("in a tab", () => {
  it("the last idea of mine can be withdrawn, a neighbour's never, and nothing is offered twice", async () => {
    const world = new World(1);
    const store = tabIn(world);
    await world.calm();
    expect(store.undo.value.can).toBe(false);
    /** @type {import("@protocol/generated/types.d.ts").ClientCommand} */
    const adds = { type: "card.add", text: "mine", kind: "idea", tags: [] };
    void store.submit(adds);
    await world.calm();
    await until(() => expect(store.undo.value.can).toBeTruthy());
    expect([store.undoOf([adds]).can, store.undoOf([{ ...adds }]).can]).toEqual([true, false]);
    expect(store.undo.value.label).toBe("card.add");
    world.server.refuses = (command) => (command.type === "card.withdraw" ? { code: "locked" } : null);
    const refused = expect(store.undo.value.undo()).rejects.toMatchObject({ code: "locked" });
    await world.calm();
    await refused;
    expect(store.undo.value).toMatchObject({ can: false, label: null });
    expect(cardsOf({ shared: store.cards.value, own: new Map() }).size).toBe(1);
    store.close();
    await settle();
  });

  it("of points that are pressed faster than the server answers, the last is taken back, and then the one before it", async () => {
    const world = new World(1);
    const { server } = world;
    const round = { id: "r1", title: null, method: "dots", on: "cards", state: "open", budget: 5, cap: 3, secret: true, opened_ms: 1, voters: 0 };
    const view = server.view();
    server.view = () => ({ .../** @type {any} */ (view), rounds: [round], cards: [card({ id: "c1" })] });
    /** @type {any[]} */
    const said = [];
    /** @type {any[]} */
    const answers = [];
    server.submit = (/** @type {any} */ session, /** @type {any} */ { id, command }) => {
      said.push(command);
      answers.push({ type: "accepted", id, seq: said.length });
      if (said.length === 1) return; // it answers both presses at once
      for (const answer of answers.splice(0)) session.send(answer);
      session.send({ type: "yours", seq: said.length, ballots: { r1: command.weight ? { c1: command.weight } : {} } });
    };
    const store = tabIn(world);
    await world.calm();
    const [first, second] = /** @type {const} */ ([1, 2]).map((weight) => /** @type {const} */ ({ type: "vote.cast", round: "r1", card: "c1", weight }));
    if (!first || !second) throw new Error("two presses");
    void store.submit(first);
    void store.submit(second);
    await world.calm();
    await until(() => expect(store.undo.value && store.undoOf([second]).can).toBeTruthy());
    expect(store.undoOf([first]).can).toBe(false);
    for (const [press, back] of /** @type {const} */ ([[second, first], [first, { type: "vote.retract", round: "r1", card: "c1" }]])) {
      expect(store.undoOf([press]).can).toBe(true);
      void store.undoOf([press]).undo();
      await world.calm();
      expect(said.at(-1)).toEqual(back);
    }
    store.close();
    await settle();
  });
});

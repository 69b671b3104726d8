// What a lab shows of a board, as a fold: histories, windows, opinions, the lab's boards, how its kiosks behave (DM2, DM7).
import { describe, expect, it } from "vitest";
import { fromSnapshot, withEvents } from "../../src/core/fold.js";
import { inWindow, labOf, opinionsOf, settingsOf, showcaseOf, stagesOf } from "../../src/core/lab.js";
import { boardView, card } from "../components/boardStore.js";

/** @param {object} [more] */
const board = (more = {}) => fromSnapshot({ ...boardView(), ...more }, null);
/** @param {import("../../src/core/fold.js").BoardState} state @param {...any} events */
const after = (state, ...events) => withEvents(state, events);
const asks = /** @type {const} */ ({ asks: "stars", question: null, picture: null, alternative: null });
const test = { stage: "test", at_ms: 2, note: "Deux agences" };

describe("what is told of a lab", () => {
  it("a card's history is told whole, and none where the card turned over", () => {
    const told = { type: "card.history", card: "c1", stages: [{ stage: "design", at_ms: 1, note: null }, test] };
    const state = after(board(), told);
    expect(stagesOf(state.meta, "c1")).toEqual(told.stages);
    expect(stagesOf(after(state, { ...told, stages: [] }).meta, "c1")).toEqual([]);
    expect(stagesOf(state.meta, "c2")).toEqual([]);
  });

  it("a card stands in the window, otherwise, or no longer; only face up, with its history", () => {
    const cards = [card({ id: "c1" }), card({ id: "c2", state: "hidden", text: "" }), card({ id: "c3" })];
    let state = after(
      board({ cards, stages: { c1: [test] } }),
      { type: "card.showcased", card: "c1", showcase: { ...asks, asks: "agree" } },
      { type: "card.showcased", card: "c2", showcase: asks },
      { type: "card.showcased", card: "c1", showcase: asks },
    );
    expect(inWindow(state)).toEqual([{ card: cards[0], showcase: asks, stages: [test] }]);
    state = after(state, { type: "card.changed", card: { ...cards[1], state: "shown", text: "De nouveau" } });
    expect(inWindow(state).map(({ card: { text } }) => text)).toEqual([cards[0]?.text, "De nouveau"]);
    state = after(state, { type: "card.showcased", card: "c1", showcase: null }, { type: "card.gone", card: "c2" });
    expect(inWindow(state)).toEqual([]);
    expect(showcaseOf(state.meta, "c1")).toBeNull();
  });

  it("opinions are absolute numbers; a card that has none any more has no row", () => {
    const before = board({ opinions: { c1: { agree: 1 }, c2: { heart: 2 } } });
    const state = after(before, { type: "opinions.counted", cards: { c1: { agree: 3, pass: 1 }, c2: {} } });
    expect(opinionsOf(state.meta, "c1")).toEqual({ agree: 3, pass: 1 });
    expect(state.meta.opinions).not.toHaveProperty("c2");
    expect(opinionsOf(before.meta, "c1")).toEqual({ agree: 1 });
  });

  it("boards come into the lab in their order, once, and leave it", () => {
    const link = (/** @type {string} */ id) => ({ type: "lab.linked", board: id, at_ms: 1 });
    const state = after(board(), link("x"), link("y"), link("x"), { type: "lab.unlinked", board: "y" }, link("z"));
    expect(labOf(state.meta)).toEqual(["x", "z"]);
  });

  it("kiosks behave as was said last, and as usual where nobody said or an older node tells nothing", () => {
    const settings = { idle_s: 90, keyboard: "qwerty" };
    expect(settingsOf(after(board(), { type: "kiosk.settings_changed", settings }).meta)).toEqual(settings);
    const untold = { kiosk: undefined, stages: undefined, showcases: undefined, opinions: undefined, lab: undefined };
    const old = board(untold);
    expect(settingsOf(old.meta)).toEqual({ idle_s: 60, keyboard: null });
    expect([inWindow(old), labOf(old.meta), opinionsOf(old.meta, "c1")]).toEqual([[], [], {}]);
  });
});

// The wall as the room sees it: how to come in is always there, and nothing is that should not be yet.
import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseLanguage } from "../../src/i18n/index.js";
import { Wall } from "../../src/wall/Wall.jsx";
import "../../src/wall/texts.js";
import { boardStore, boardView, card } from "../components/boardStore.js";

/** @type {HTMLElement} */
let place;

beforeEach(async () => {
  await chooseLanguage("en");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1490);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(860);
  vi.stubGlobal("fetch", async () => ({ ok: true, json: async () => ({ code: "KTE7X", join_url: "http://rebond.local/j/KTE7X" }) }));
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  act(() => render(null, place));
  place.remove();
  vi.useRealTimers();
});

/** @param {Partial<import("@protocol/generated/types.d.ts").BoardView>} [change] */
function put(change) {
  const board = boardStore(boardView(change));
  act(() => render(<Wall store={board.store} />, place));
  return board;
}

/** A vote by dots that is over. @param {Record<string, unknown>[]} [results] */
const closedRound = (results = [{ card: "c1", total: 3, rank: 1 }]) =>
  /** @type {import("@protocol/generated/types.d.ts").RoundView} */ (
    /** @type {unknown} */ ({ id: "r1", method: "dots", on: "cards", title: null, budget: 5, cap: 3, secret: true, state: "closed", opened_ms: 1, closed_ms: 2, voters: 2, options: [], criteria: [], scale: 5, results })
  );

/** The wall draws its cards calmly, where somebody else has laid them out: let that moment pass. */
async function settle() {
  for (let turn = 0; turn < 3; turn += 1) {
    await act(() => void vi.advanceTimersByTime(1_000));
    await act(() => import("../../src/wall/layout/jobs.js").then(() => undefined));
  }
}

describe("the wall", () => {
  it("given any board, then question, code, QR and how many are here", () => {
    put();
    expect(place.querySelector("h1")?.textContent).toBe("What would make you come back?");
    expect(place.querySelector(".wall__code")?.textContent).toContain("KTE7X");
    expect(place.querySelector("img")?.getAttribute("src")).toBe("/api/boards/KTE7X/qr.svg");
    expect(place.querySelector(".wall__here")?.textContent).toBe("3 here");
    expect(place.querySelectorAll("button, a, input")).toHaveLength(0);
  });

  it("given a line that has not yet said who is here, then nobody is said to be missing", () => {
    const { store } = boardStore(boardView());
    act(() => render(<Wall store={/** @type {any} */ ({ ...store, presence: signal(null) })} />, place));
    expect(place.querySelector(".wall__who")?.textContent).toBe("");
    expect(place.querySelector(".wall__code")?.textContent).toContain("KTE7X");
  });

  it("given a wall opened at localhost, then the address phones can reach, as the server tells it", async () => {
    put();
    await act(async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    });
    expect(place.querySelector(".wall__address")?.textContent).toBe("rebond.local");
  });

  it("given private writing, then a count and no card; after the reveal, the cards", async () => {
    const sealed = [1, 2, 3].map((at) => card({ id: `c${at}`, text: "", author: null, sealed: true }));
    const step = { ...boardView().step, private: true };
    const { becomes } = put({ step, cards: sealed });
    expect(place.querySelector(".writing__number")?.textContent).toBe("3");
    expect(place.querySelectorAll(".wall-card")).toHaveLength(0);
    act(() => becomes({ cards: [card({ id: "c1" }), card({ id: "c2", at_ms: 2, parents: ["c1"], verb: "adapts" })] }));
    await settle();
    expect(place.querySelectorAll(".wall-card")).toHaveLength(2);
    expect(place.querySelector(".arcs__arc")?.getAttribute("data-verb")).toBe("adapts");
  });

  it("given a rebound of two long names, then the credit has lines of its own; given short ones, then they share one", async () => {
    const people = (/** @type {string[]} */ ...names) =>
      names.map((name, at) => ({ participant: `p${at + 1}`, role: /** @type {const} */ ("participant"), segment: null, name }));
    const cards = [card({ id: "c1" }), card({ id: "c2", at_ms: 2, author: "p2", parents: ["c1"], verb: "extends" })];
    const { becomes } = put({ cards, participants: people("Ana", "Ben") });
    await settle();
    const line = () => /** @type {HTMLElement} */ (place.querySelector(".wall-card__line:has(.wall-card__from)"));
    const height = () => parseFloat(/** @type {HTMLElement} */ (line().closest(".wall-card")).style.height);
    expect(line().hasAttribute("data-parted")).toBe(false);
    const before = height();
    act(() => becomes({ cards, participants: people("Marie-Antoinette de Castelnau", "Jean-Baptiste Grandmaison-Roux") }));
    await settle();
    expect(line().hasAttribute("data-parted")).toBe(true);
    expect(height()).toBeGreaterThan(before);
  });

  it("given a hidden card, then its place is there and its author is not shown", async () => {
    put({ cards: [card({ state: "hidden", text: "" })] });
    await settle();
    const shown = place.querySelector(".wall-card");
    expect(shown?.hasAttribute("data-hidden")).toBe(true);
    expect(shown?.textContent).not.toContain("Open on Saturdays");
  });

  it("given the line is down, then a quiet mark says so and the poster stays", async () => {
    const { status } = put({ cards: [card()] });
    await settle();
    act(() => void (status.value = "offline"));
    expect(place.querySelector(".line-badge")?.textContent).toContain("Reconnecting…");
    expect(place.querySelectorAll(".wall-card")).toHaveLength(1);
  });

  it("given five hundred cards, then only one page of them is in the document, and it turns by itself", async () => {
    put({ cards: Array.from({ length: 500 }, (_, at) => card({ id: `c${at}`, text: `Idea number ${at}`, at_ms: at, order: at })) });
    await settle();
    const first = place.querySelector(".wall-card")?.textContent;
    expect(first).toBeTruthy();
    expect(place.querySelectorAll(".wall-card").length).toBeLessThanOrEqual(60);
    await act(() => void vi.advanceTimersByTime(15_000));
    expect(place.querySelector(".wall-card")?.textContent).not.toBe(first);
  });

  it("given days of coming and going, then the document is as large as on the first day, and no timer is left behind", async () => {
    const day = (/** @type {number} */ number) => ({
      cards: Array.from({ length: 30 }, (_, at) => card({ id: `d${number}.${at}`, text: `Idea ${at} of day ${number}`, at_ms: number * 100 + at, parents: at % 3 === 2 ? [`d${number}.${at - 1}`] : [], verb: "extends" })),
    });
    const { becomes } = put(day(0));
    await settle();
    const [elements, timers] = [place.querySelectorAll("*").length, vi.getTimerCount()];
    for (let number = 1; number <= 150; number += 1) {
      await act(() => becomes(day(number)));
      await act(() => void vi.advanceTimersByTime(250));
    }
    await settle();
    expect(place.querySelectorAll(".wall-card").length).toBeGreaterThan(10);
    expect(place.querySelectorAll("*").length).toBeLessThan(elements * 1.2);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(timers + 1);
  });

  it("given a secret vote, then how many have voted and never for what; given a poll, then its hands as they go up", async () => {
    const step = { ...boardView().step, view: /** @type {const} */ ("choose") };
    const round = /** @type {import("@protocol/generated/types.d.ts").RoundView} */ (
      /** @type {unknown} */ ({ id: "r1", method: "dots", on: "cards", title: null, budget: 5, cap: 3, secret: true, state: "open", opened_ms: 1, voters: 2, options: [], criteria: [], scale: 5 })
    );
    const { becomes } = put({ step, cards: [card()], rounds: [round] });
    await settle();
    expect(place.querySelector(".choosing__count")?.textContent).toBe("2 have voted");
    expect(place.querySelector(".wall-card__tally")).toBeNull();
    await act(() => becomes({ step, rounds: [{ ...round, method: "hands", on: "options", secret: false, options: ["Go on", "Stop"], tallies: { 1: 2 } }] }));
    await settle();
    expect([...place.querySelectorAll(".choosing__number")].map((number) => number.textContent)).toEqual(["2", "0"]);
    expect(place.querySelector(".choosing__options")?.getAttribute("style")).toContain("--options: 2");
  });

  it("given an outcome, then its words are as large as there is room, and only then fewer", async () => {
    const results = Array.from({ length: 8 }, (_, at) => ({ card: `c${at}`, total: 8 - at, rank: at + 1 }));
    const cards = results.map((result, at) => card({ id: result.card, text: `Idea ${at}`, order: at }));
    const round = closedRound(results);
    const step = { ...boardView().step, view: /** @type {const} */ ("results") };
    const drawn = () => {
      const outcome = place.querySelector(".wall__results");
      const lines = outcome?.querySelectorAll(".ranked__rank").length ?? 0;
      return { size: outcome instanceof HTMLElement ? outcome.style.fontSize : "", lines };
    };
    put({ step, cards, rounds: [round] });
    await settle();
    expect(drawn()).toEqual({ size: "2.1em", lines: 8 });
    act(() => render(null, place));
    // a page whose lines are each so many pixels high as their size says
    vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(() => drawn().lines * parseFloat(drawn().size) * 100);
    put({ step, cards, rounds: [round] });
    await settle();
    expect(drawn()).toEqual({ size: "1.35em", lines: 6 });
  });

  it("given the wall hidden, then not one card is in the document, and the way in stays", async () => {
    const { becomes } = put({ cards: [card()] });
    await settle();
    await act(() => becomes({ cards: [card()], wall_hidden: true }));
    await settle();
    expect(place.querySelectorAll(".wall-card")).toHaveLength(0);
    expect(place.textContent).not.toContain("Open on Saturdays");
    expect(place.querySelector(".wall__code")?.textContent).toContain("KTE7X");
  });

  it("given an outcome, when the wall is hidden and shown, then it stands there again; when the room went on meanwhile, then it does not", async () => {
    const cards = [card()];
    const rounds = [closedRound()];
    const choosing = { ...boardView().step, id: "choose", view: /** @type {const} */ ("choose") };
    const { becomes } = put({ cards, step: choosing, rounds });
    await settle();
    expect(place.querySelectorAll(".wall__results")).toHaveLength(1);
    for (const [step, outcomes] of /** @type {const} */ ([[{ ...choosing }, 1], [boardView().step, 0]])) {
      await act(() => becomes({ wall_hidden: true, step: choosing }));
      await settle();
      expect(place.querySelectorAll(".wall__results")).toHaveLength(0);
      await act(() => becomes({ wall_hidden: true, step }));
      await act(() => becomes({ cards, step, rounds }));
      await settle();
      expect(place.querySelectorAll(".wall__results")).toHaveLength(outcomes);
    }
    expect(place.querySelectorAll(".wall-card")).toHaveLength(1);
  });

  it.each([{ view: /** @type {const} */ ("groups") }, { private: true }])("given an outcome, when the room turns to something else (%o) and back, then that vote is behind it", async (other) => {
    const cards = [card()];
    const rounds = [closedRound()];
    const { step } = boardView();
    const { becomes } = put({ cards, step, rounds });
    await settle();
    expect(place.querySelectorAll(".wall__results")).toHaveLength(1);
    await act(() => becomes({ cards, rounds, step: { ...step, ...other } }));
    await act(() => becomes({ cards, rounds, step }));
    await settle();
    expect(place.querySelectorAll(".wall__results")).toHaveLength(0);
    expect(place.querySelectorAll(".wall-card")).toHaveLength(1);
  });

  it("given a spotlight, then that card alone, with whom it owes", async () => {
    const parent = card({ id: "c0", text: "A coffee" });
    put({ cards: [parent, card({ parents: ["c0"], verb: "adapts" })], spotlight: { card: "c1", group: null } });
    await settle();
    expect(place.querySelector(".spotlit__text")?.textContent).toBe("Open on Saturdays");
    expect(place.querySelector(".spotlit__from")?.textContent).toContain("A coffee");
    expect(place.querySelectorAll(".wall-card")).toHaveLength(0);
  });
});

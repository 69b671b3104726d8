// The wall as the room sees it: how to come in is always there, and nothing is that should not be yet.
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

/** The wall draws its cards calmly: let that moment pass. */
const settle = () => act(() => void vi.advanceTimersByTime(1_000));

describe("the wall", () => {
  it("given any board, then question, code, QR and how many are here", () => {
    put();
    expect(place.querySelector("h1")?.textContent).toBe("What would make you come back?");
    expect(place.querySelector(".wall__code")?.textContent).toContain("KTE7X");
    expect(place.querySelector("img")?.getAttribute("src")).toBe("/api/boards/KTE7X/qr.svg");
    expect(place.querySelector(".wall__here")?.textContent).toBe("3 here");
    expect(place.querySelectorAll("button, a, input")).toHaveLength(0);
  });

  it("given a wall opened at localhost, then the address phones can reach, as the server tells it", async () => {
    put();
    await act(async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    });
    expect(place.querySelector(".wall__address")?.textContent).toBe("rebond.local");
  });

  it("given private writing, then a count and no card; after the reveal, the cards", () => {
    const sealed = [1, 2, 3].map((at) => card({ id: `c${at}`, text: "", author: null, sealed: true }));
    const step = { ...boardView().step, private: true };
    const { becomes } = put({ step, cards: sealed });
    expect(place.querySelector(".writing__number")?.textContent).toBe("3");
    expect(place.querySelectorAll(".wall-card")).toHaveLength(0);
    act(() => becomes({ cards: [card({ id: "c1" }), card({ id: "c2", at_ms: 2, parents: ["c1"], verb: "adapts" })] }));
    settle();
    expect(place.querySelectorAll(".wall-card")).toHaveLength(2);
    expect(place.querySelector(".arcs__arc")?.getAttribute("data-verb")).toBe("adapts");
  });

  it("given a hidden card, then its place is there and its author is not shown", () => {
    put({ cards: [card({ state: "hidden", text: "" })] });
    const shown = place.querySelector(".wall-card");
    expect(shown?.hasAttribute("data-hidden")).toBe(true);
    expect(shown?.textContent).not.toContain("Open on Saturdays");
  });

  it("given the line is down, then a quiet mark says so and the poster stays", () => {
    const { status } = put({ cards: [card()] });
    act(() => void (status.value = "offline"));
    expect(place.querySelector(".line-badge")?.textContent).toContain("Reconnecting…");
    expect(place.querySelectorAll(".wall-card")).toHaveLength(1);
  });

  it("given five hundred cards, then only one page of them is in the document, and it turns by itself", () => {
    put({ cards: Array.from({ length: 500 }, (_, at) => card({ id: `c${at}`, text: `Idea number ${at}`, at_ms: at, order: at })) });
    const first = place.querySelector(".wall-card")?.textContent;
    expect(place.querySelectorAll(".wall-card").length).toBeLessThanOrEqual(60);
    act(() => void vi.advanceTimersByTime(15_000));
    expect(place.querySelector(".wall-card")?.textContent).not.toBe(first);
  });
});

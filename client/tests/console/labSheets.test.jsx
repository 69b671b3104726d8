// The sheets of a lab as a moderator uses them: what is sent, what is refused, what is not sent twice.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import lab from "../../src/components/lab/texts.en.js";
import { StageSheet } from "../../src/console/StageSheet.jsx";
import { WindowSheet } from "../../src/console/WindowSheet.jsx";
import { createDesk } from "../../src/console/desk.js";
import en from "../../src/console/texts.en.js";
import { Refused } from "../../src/core/refused.js";
import { addTexts, chooseLanguage } from "../../src/i18n/index.js";
import { boardStore, boardView, card } from "../components/boardStore.js";

/** @type {HTMLElement} */
let place;
const close = vi.fn();

beforeEach(async () => {
  addTexts({ en: { ...en, ...lab }, fr: {} });
  await chooseLanguage("en");
  close.mockClear();
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  act(() => render(null, place));
  place.remove();
});

/** @param {Partial<import("@protocol/generated/types.d.ts").BoardView>} [change] */
function desk(change) {
  const board = boardStore(boardView({ cards: [card()], ...change }));
  return { ...board, desk: createDesk(board.store), close, card: "c1" };
}

/** @template {Element} E @param {string} selector @param {new () => E} kind @returns {E} */
function find(selector, kind) {
  const found = place.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`nothing is ${selector}`);
  return found;
}

/** @param {string} words */
const write = (words) =>
  act(() => {
    const field = find("textarea", HTMLTextAreaElement);
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

const send = () => act(async () => void find("form", HTMLFormElement).requestSubmit());

describe("a stage", () => {
  it("given the same stage and nothing to say of it, then nothing is sent; with a note, it is", async () => {
    const { sent, ...props } = desk();
    act(() => render(<StageSheet {...props} />, place));
    await send();
    expect(sent).toEqual([]);
    await write(" It is asked for. ");
    await send();
    expect(sent).toEqual([{ type: "card.stage", card: "c1", stage: "idea", note: "It is asked for." }]);
    expect(close).toHaveBeenCalledOnce();
  });

  it("given a refusal, then it is said on the sheet, which stays; one from before is not said again", async () => {
    const props = desk();
    props.desk.complain("From before.");
    act(() => render(<StageSheet {...props} />, place));
    expect(place.querySelector("[role=alert]")).toBeNull();
    props.store.submit = () => Promise.reject(new Refused({ code: "board_full", message: "", temporary: false }));
    await write("Because.");
    await send();
    expect(find("[role=alert]", HTMLElement).textContent).not.toBe("");
    expect(close).not.toHaveBeenCalled();
  });
});

describe("the window", () => {
  const api = /** @type {any} */ ({ pictureAddress: (/** @type {string} */ picture) => `/pictures/${picture}` });
  const shown = { asks: /** @type {const} */ ("stars"), question: null, picture: "a".repeat(64), alternative: "A green bench" };

  it("given a card that stands there, then its picture is shown in words, too, and goes with its words", async () => {
    const { sent, ...props } = desk({ showcases: { c1: shown } });
    act(() => render(<WindowSheet {...props} api={api} />, place));
    expect(find("img", HTMLImageElement).alt).toBe("A green bench");
    await act(async () => find(".picture-field__shown button", HTMLButtonElement).click());
    expect(place.querySelector("img")).toBeNull();
    await send();
    expect(sent).toEqual([
      { type: "card.showcase", card: "c1", showcase: { asks: "stars", question: null, picture: null, alternative: null } },
    ]);
  });

  it("given a picture on its way, then nothing goes into the window before it; a second choice gives up the first", async () => {
    /** @type {((kept: { picture: string }) => void)[]} */
    const arrive = [];
    /** @type {AbortSignal[]} */
    const signals = [];
    const slow = {
      ...api,
      keepPicture: (/** @type {File} */ _file, /** @type {unknown} */ _tell, /** @type {AbortSignal} */ until) => {
        signals.push(until);
        return new Promise((resolve) => arrive.push(resolve));
      },
    };
    const { sent, ...props } = desk();
    act(() => render(<WindowSheet {...props} api={slow} />, place));
    const choose = () =>
      act(async () => {
        const field = find("input[type=file]", HTMLInputElement);
        Object.defineProperty(field, "files", { configurable: true, value: [new File(["x"], "x.jpg")] });
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
    await choose();
    await send();
    expect(sent).toEqual([]);
    await choose();
    expect(signals.map((one) => one.aborted)).toEqual([true, false]);
    await act(async () => arrive[0]?.({ picture: "first" }));
    expect(place.querySelector("img")).toBeNull();
    await act(async () => arrive[1]?.({ picture: "second" }));
    expect(find("img", HTMLImageElement).src).toContain("/pictures/second");
  });
});

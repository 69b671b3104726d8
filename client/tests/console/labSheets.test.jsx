// The sheets of a lab as a moderator uses them: what is sent, what is refused, what is not sent twice.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import later from "../../src/components/later/texts.en.js";
import lab from "../../src/components/lab/texts.en.js";
import { KioskSheet, KiosksSheet } from "../../src/console/KiosksSheet.jsx";
import { InLabPanel, LabPanel } from "../../src/console/LabPanel.jsx";
import { LabSheet } from "../../src/console/LabSheet.jsx";
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
  addTexts({ en: { ...en, ...lab, ...later }, fr: {} });
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

/** With what it asks for as soon as it stands there. @param {import("preact").ComponentChild} what */
async function shows(what) {
  await act(() => render(what, place));
  await act(async () => undefined);
}

describe("the boards of a lab", () => {
  const links = /** @type {any} */ ({ participant: "http://here/j/KTE7X", lab: "http://here/lab/KTE7X" });
  const rows = [
    { board: "b2", code: "AAAAA", title: "The shop", cards_waiting: 2, comments_waiting: 1 },
    { board: "b3", code: null, title: null, cards_waiting: 0, comments_waiting: 0 },
  ];

  it("given what waits on them, then it is said by each, and in all on the desk; a board that is gone can be taken out", async () => {
    const takeOutOfLab = vi.fn(() => Promise.resolve());
    const api = /** @type {any} */ ({ labBoards: () => Promise.resolve(rows), takeOutOfLab });
    const props = desk({ lab: ["b2", "b3"] });
    await shows(<LabSheet {...props} api={api} links={links} />);
    const [shop, gone] = [...place.querySelectorAll(".lab-list__row")];
    expect(shop?.textContent).toContain("2 ideas to approve · 1 comment to approve");
    expect(gone?.textContent).toContain("This board is no longer there");
    await act(async () => gone?.querySelector("button")?.click());
    expect(takeOutOfLab).toHaveBeenCalledWith("b3");
    await shows(<LabPanel desk={props.desk} board={/** @type {any} */ (props.store.board.value)} links={links} api={api} />);
    expect(place.textContent).toContain("3 to approve on its boards");
  });

  it("given a board that is in a lab, then its moderators are told which, and may leave it; given none, then nothing stands there", async () => {
    let labs = [{ board: "l1", code: "LABBB", title: "The lab" }];
    const leaveLab = vi.fn(async () => void (labs = []));
    const api = /** @type {any} */ ({ labs: () => Promise.resolve(labs), leaveLab });
    const { desk: its } = desk();
    await shows(<InLabPanel desk={its} links={links} api={api} live />);
    expect(find("a", HTMLAnchorElement).href).toBe("http://here/lab/LABBB");
    await act(async () => find(".lab-list button", HTMLButtonElement).click());
    expect(leaveLab).not.toHaveBeenCalled();
    await act(async () => find(".sheet__foot .button--danger", HTMLButtonElement).click());
    await act(async () => undefined);
    expect(leaveLab).toHaveBeenCalledWith("l1");
    expect(its.notice.value?.text).toContain("The lab");
    expect(place.textContent).toBe("");
  });
});

describe("how all screens behave", () => {
  it("given another has set it since, then what was seen is said with it, and a refusal stands on the sheet", async () => {
    const { sent, ...props } = desk({ kiosk: { idle_s: 90, keyboard: "azerty" } });
    const api = /** @type {any} */ ({ kiosks: () => Promise.resolve([]) });
    const links = /** @type {any} */ ({ participant: "http://here/j/KTE7X" });
    await act(async () => render(<KiosksSheet {...props} api={api} links={links} />, place));
    const waits = (/** @type {number} */ idle_s) =>
      act(async () => {
        const field = find("select", HTMLSelectElement);
        field.value = String(idle_s);
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
    await waits(120);
    const [seen, wanted] = [90, 120].map((idle_s) => ({ idle_s, keyboard: "azerty" }));
    expect(sent).toEqual([{ type: "kiosk.set", settings: wanted, base: seen }]);
    props.store.submit = () => Promise.reject(new Refused({ code: "stale_rev", message: "", temporary: false }));
    await waits(60);
    expect(find("[role=alert]", HTMLElement).textContent).toBe("Somebody changed this meanwhile. Read it again, then decide.");
  });
});

describe("a screen that is changed", () => {
  const kiosk = { participant: "k1", name: "Hall", since_ms: 1, seen_ms: 1, queued: 0, build: null, behind: false, removed: false, has_pin: true, of_lab: false };
  /** @param {number} place_ @param {string} words */
  const type = (place_, words) =>
    act(() => {
      const field = /** @type {HTMLInputElement} */ (place.querySelectorAll("input.input")[place_]);
      field.value = words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });

  it("given another name alone, then its PIN stays; given a wrong PIN, then nothing is sent; given none any more, then that", async () => {
    const changeKiosk = vi.fn(async (/** @type {string} */ _kiosk, /** @type {any} */ change) => ({ ...kiosk, ...change }));
    const props = desk();
    await act(async () => render(<KioskSheet {...props} api={/** @type {any} */ ({ changeKiosk })} kiosk={kiosk} />, place));
    await type(0, " Quai ");
    await send();
    expect(changeKiosk.mock.lastCall).toEqual(["k1", { name: "Quai" }]);
    expect(props.desk.sheet.value).toEqual({ kind: "kiosks" });
    await type(1, "12");
    await send();
    expect(find("[role=alert]", HTMLElement).textContent).toBe("A PIN has 4 to 8 digits.");
    expect(changeKiosk).toHaveBeenCalledOnce();
    await type(1, "2468");
    await send();
    expect(changeKiosk.mock.lastCall).toEqual(["k1", { name: "Quai", pin: "2468" }]);
    await act(() => find("[role=switch]", HTMLInputElement).click());
    await send();
    expect(changeKiosk.mock.lastCall).toEqual(["k1", { name: "Quai", without_pin: true }]);
    await type(0, "Hall");
    await send();
    expect(changeKiosk.mock.lastCall, "a name that was left as it is may be another's by now").toEqual(["k1", { without_pin: true }]);
    await type(0, "  ");
    await send();
    expect(changeKiosk).toHaveBeenCalledTimes(4);
  });
});

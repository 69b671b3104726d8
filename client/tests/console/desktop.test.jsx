// The console as its facilitator uses it: one primary button, the keyboard, the menus, the sheets.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Console } from "../../src/console/Console.jsx";
import { createDesk } from "../../src/console/desk.js";
import { switchKeys } from "../../src/console/shortcuts.js";
import en from "../../src/console/texts.en.js";
import fr from "../../src/console/texts.fr.js";
import { addTexts, chooseLanguage } from "../../src/i18n/index.js";
import { boardStore, boardView, card } from "../components/boardStore.js";

/** @type {HTMLElement} */
let place;

beforeEach(async () => {
  addTexts({ en, fr });
  await chooseLanguage("en");
  switchKeys(true);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no server here")));
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  act(() => render(null, place));
  place.remove();
  vi.unstubAllGlobals();
});

/** @param {Partial<import("@protocol/generated/types.d.ts").BoardView>} [change] */
function open(change) {
  const board = boardStore(boardView(change));
  const desk = createDesk(board.store);
  act(() => render(<Console store={board.store} desk={desk} token="tok" />, place));
  return { ...board, desk };
}

/** @param {string} selector @param {string} [words] @returns {HTMLElement} */
function find(selector, words = "") {
  const found = [...place.querySelectorAll(selector)].find(
    (element) => `${element.textContent} ${element.getAttribute("aria-label") ?? ""}`.includes(words),
  );
  if (!(found instanceof HTMLElement)) throw new Error(`nothing is ${selector} “${words}”`);
  return found;
}

/** @param {string} selector @param {string} [words] */
const press = (selector, words) => act(async () => find(selector, words).click());

/** @param {string} key @param {Element} [where] */
const type = (key, where = document.body) =>
  act(async () => void where.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));

const PRIVATE = { id: "s", instruction: null, allows: /** @type {["add"]} */ (["add"]), private: true };

describe("the primary button", () => {
  it("given any moment, then there is exactly one, and it does what comes next", async () => {
    const { sent, becomes } = open({ step: PRIVATE, cards: [card({ sealed: true })] });
    expect(place.querySelectorAll(".button--primary")).toHaveLength(1);
    await press(".button--primary", "Reveal the ideas");
    expect(sent.at(-1)).toEqual({ type: "step.set", instruction: null, allows: ["add"], private: false });
    act(() => becomes({ cards: [card()], step: boardView().step }));
    expect(find(".button--primary").textContent).toBe("Open a vote");
  });
});

describe("a command under way", () => {
  const locking = /** @type {const} */ ({ id: 1, command: { type: "board.lock" }, state: "sending" });

  it("given the lock asked for and no answer yet, then the switch shows it, takes no second press, and says once what waits", async () => {
    const { sent, late, outgoing, becomes } = open();
    const lock = () => /** @type {HTMLInputElement} */ (find('.switch input', ""));
    act(() => void (outgoing.value = [locking]));
    expect(lock().getAttribute("aria-busy")).toBe("true");
    await act(async () => lock().click());
    expect(sent).toEqual([]);
    act(() => void (late.value = true));
    expect(find('[role="status"].line-note').textContent).toBe(en["console.late"]);
    expect(find(".line-badge").dataset.status).toBe("late");
    await type("l");
    expect(sent).toEqual([]);
    act(() => {
      becomes({ locked: true });
      outgoing.value = [];
      late.value = false;
    });
    expect(lock().hasAttribute("aria-busy")).toBe(false);
    expect(lock().checked).toBe(true);
    expect(find('[role="status"].line-note').textContent).toBe("");
  });
});

describe("the keyboard", () => {
  it("given a single key, then it acts; while somebody types or with the keys switched off, it does not", async () => {
    const { sent, desk } = open({ cards: [card()] });
    await type("t", find("textarea"));
    expect(sent).toEqual([]);
    await type("t");
    expect(sent).toEqual([{ type: "timer.start", seconds: 60 }]);
    switchKeys(false);
    await type("l");
    expect(sent).toHaveLength(1);
    await type("?");
    expect(desk.sheet.value).toEqual({ kind: "keys" });
    await type("b");
    expect(desk.sheet.value).toEqual({ kind: "keys" });
  });
});

describe("cards", () => {
  it("given an abusive card that is still sealed, then it can be removed before the reveal, and restored (DM4)", async () => {
    const { sent } = open({ step: PRIVATE, cards: [card({ sealed: true })] });
    await press(".table .menu button");
    await press("[role=menuitem]", "Put in the bin");
    expect(sent.at(-1)).toEqual({ type: "card.remove", card: "c1" });
    await press(".notice button", "Undo");
    expect(sent.at(-1)).toEqual({ type: "card.restore", card: "c1" });
  });

  it("given private writing, then the console lies face down too, until its facilitator asks to read", async () => {
    const { becomes } = open({ step: PRIVATE, cards: [card({ sealed: true })] });
    expect(place.textContent).not.toContain("Open on Saturdays");
    expect(find(".table .card").dataset.back).toBe("true");
    await press(".table__bar button", "Read what is face down");
    expect(find(".table .card__text").textContent).toBe("Open on Saturdays");
    await act(async () => becomes({ cards: [card()], step: boardView().step }));
    await act(async () => becomes({ cards: [card({ sealed: true })], step: PRIVATE }));
    expect(place.querySelector(".table .card__text")).toBeNull();
  });

  it("given a pending card, then it waits in the inbox and not on the table, until it is approved", async () => {
    const { sent } = open({ cards: [card({ state: "pending" })] });
    expect(place.querySelector(".table .card")).toBeNull();
    await press(".console__right .button", "Approve");
    expect(sent.at(-1)).toEqual({ type: "card.approve", card: "c1" });
  });

  it("given an erasure, then it is asked about first", async () => {
    const { sent } = open({ cards: [card()] });
    await press(".table .menu button");
    await press("[role=menuitem]", "Erase for good");
    expect(sent).toEqual([]);
    await press("dialog .button--danger");
    expect(sent).toEqual([{ type: "card.erase", card: "c1" }]);
  });

  it("given a lineage, then ancestors and descendants are told apart from the rest", async () => {
    open({ cards: [card(), card({ id: "c2", parents: ["c1"], verb: "extends", order: 2 }), card({ id: "c3", order: 3 })] });
    await press(".card__rebounds");
    expect([...place.querySelectorAll(".table .card")].map((element) => element.getAttribute("data-kin"))).toEqual([
      "self",
      "descendant",
      "other",
    ]);
  });
});

describe("a card of the facilitator's own", () => {
  it("given words that make others think, then they go onto the board as a prompt", async () => {
    const { sent } = open();
    await press(".table__bar button", "Add a card");
    const field = /** @type {HTMLTextAreaElement} */ (find("dialog textarea"));
    await act(async () => {
      field.value = "What if there were no counter?";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await press("dialog button[type=submit]");
    expect(sent.at(-1)).toEqual({ type: "card.add", text: "What if there were no counter?", kind: "stimulus", section: null });
  });
});

describe("a vote", () => {
  it("given the form, then it opens with its budget, cap and secrecy", async () => {
    const { sent, desk } = open({ cards: [card()] });
    await press(".button--primary");
    await press("dialog button[type=submit]");
    expect(sent.at(-1)).toEqual({ type: "round.open", method: "dots", title: null, budget: 5, cap: 3, secret: true });
    expect(desk.sheet.value).toBeNull();
  });
});

describe("what lives on while others act", () => {
  it("given a card arrives, then the focus stays where it was", async () => {
    const { becomes } = open({ cards: [card()] });
    const field = find("textarea");
    field.focus();
    act(() => becomes({ cards: [card(), card({ id: "c2", order: 2 })] }));
    expect(document.activeElement).toBe(field);
    expect(place.querySelectorAll(".table .card")).toHaveLength(2);
  });

  it("given the card one works on goes away, then the focus is on its neighbour and not lost", async () => {
    const cards = ["c1", "c2", "c3"].map((id, order) => card({ id, text: id, order }));
    const { becomes } = open({ cards });
    find(".table .menu button", "c2").focus();
    act(() => becomes({ cards: cards.filter(({ id }) => id !== "c2") }));
    expect(document.activeElement?.getAttribute("aria-label")).toContain("c3");
  });

  it("given an instruction being written, then the board's own does not overwrite it", async () => {
    const { becomes } = open();
    const field = /** @type {HTMLTextAreaElement} */ (find("textarea"));
    await act(async () => {
      field.value = "Write three ideas";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    act(() => becomes({ step: { ...PRIVATE, instruction: "Something else" } }));
    expect(field.value).toBe("Write three ideas");
  });
});

describe("the end", () => {
  it("given the token is of no use any more, then one sentence and one way on", () => {
    const { ended } = open();
    act(() => void (ended.value = { code: "expired_token" }));
    expect(place.querySelector("h1")?.textContent).toBe("Your pass for this board has expired.");
    expect(place.querySelectorAll("a, button")).toHaveLength(1);
  });
});

describe("the keyboard", () => {
  it("given no line, then no key steers: it would count again once the line is back", async () => {
    const { sent, status } = open();
    act(() => void (status.value = "offline"));
    await type("l");
    expect(sent).toEqual([]);
    act(() => void (status.value = "live"));
    await type("l");
    expect(sent).toEqual([{ type: "board.lock" }]);
  });

  it("given a sheet with a line to write, then the line has the focus: a space must not close what one writes in", async () => {
    const { desk } = open();
    act(() => void (desk.sheet.value = { kind: "rename" }));
    expect(find("dialog input").hasAttribute("autofocus") || /** @type {HTMLInputElement} */ (find("dialog input")).autofocus).toBe(true);
  });
});

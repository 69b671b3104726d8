// The console as its facilitator uses it: one primary button, the keyboard, the menus, the sheets.
import { options, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Console } from "../../src/console/Console.jsx";
import { createDesk } from "../../src/console/desk.js";
import { switchKeys } from "../../src/console/shortcuts.js";
import en from "../../src/console/texts.en.js";
import fr from "../../src/console/texts.fr.js";
import { addTexts, chooseLanguage } from "../../src/i18n/index.js";
import { boardStore, boardView, card } from "../components/boardStore.js";
import { until } from "../until.js";

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

const PRIVATE = { id: "s", instruction: null, allows: /** @type {["add"]} */ (["add"]), private: true, approve: false, view: /** @type {const} */ ("cards") };

describe("the primary button", () => {
  it("given any moment, then there is exactly one, and it does what comes next", async () => {
    const { sent, becomes } = open({ step: PRIVATE, cards: [card({ sealed: true })] });
    expect(place.querySelectorAll(".button--primary")).toHaveLength(1);
    await press(".button--primary", "Reveal the ideas");
    expect(sent.at(-1)).toEqual({ type: "step.set", instruction: null, allows: ["add"], private: false });
    act(() => becomes({ cards: [card()], step: boardView().step }));
    expect(find(".button--primary").textContent).toBe("Open a vote");
  });

  it("given a plan that is over, then it takes the report along, and opening the board again is a quiet second", async () => {
    const { step } = boardView();
    const asked = vi.fn(async (/** @type {string} */ _address) => ({ ok: false }));
    vi.stubGlobal("fetch", asked);
    const { sent } = open({ locked: true, step, plan: [{ ...step, id: "before" }, step] });
    expect([...place.querySelectorAll(".button--primary")].map((one) => one.textContent)).toEqual(["Take the report"]);
    await press(".button--primary");
    expect(asked.mock.calls.map(([address]) => address)).toContain("/api/boards/b1/export.md");
    await until(() => expect(find(".notice").textContent).toContain("The export did not come."));
    expect(sent).toEqual([]);
    await press(".console__next button", "Unlock the board");
    expect(sent).toEqual([{ type: "board.unlock" }]);
  });
});

describe("invitations", () => {
  it("given one made before the list of those there are has come, then it stays beside them", async () => {
    /** @type {(rows: unknown) => void} */
    let list = () => undefined;
    const listed = new Promise((resolve) => (list = resolve));
    /** @param {string} id */
    const invitation = (id) => ({ id, role: "moderator", name: null, link: `http://here/j/K?i=${id}`, expires_ms: 0 });
    const answers = async (/** @type {string} */ address, /** @type {RequestInit} */ { method } = {}) => {
      if (!address.endsWith("/invitations")) throw new TypeError("no server here");
      return new Response(JSON.stringify(method === "POST" ? invitation("new") : await listed));
    };
    vi.stubGlobal("fetch", answers);
    open();
    const details = /** @type {HTMLDetailsElement} */ (find("summary", "Invite co-moderators").parentElement);
    await act(async () => {
      details.open = true;
      details.dispatchEvent(new Event("toggle"));
    });
    await press("button", "For a co-moderator");
    const links = () => [...place.querySelectorAll(".invitation input")].map((field) => /** @type {HTMLInputElement} */ (field).value);
    await until(() => expect(links()).toEqual([invitation("new").link]));
    await act(async () => list([invitation("old")]));
    await until(() => expect(links()).toContain(invitation("old").link));
    expect(links()).toEqual([invitation("new").link, invitation("old").link]);
  });
});

describe("a command under way", () => {
  const locking = /** @type {const} */ ({ id: 1, command: { type: "board.lock" }, state: "sending" });

  it("given the lock asked for and no answer yet, then the switch shows it, takes no second press, and says once what waits", async () => {
    const { sent, late, outgoing, becomes } = open();
    const lock = () => find(".quick button", "Lock the board");
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
    expect(lock().getAttribute("aria-pressed")).toBe("true");
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
    const { sent, undone } = open({ step: PRIVATE, cards: [card({ sealed: true })] });
    await press(".board-card .menu button");
    await press("[role=menuitem]", "Put in the bin");
    expect(sent.at(-1)).toEqual({ type: "card.remove", card: "c1" });
    await press(".notice button", "Undo");
    expect(undone).toEqual([[{ type: "card.remove", card: "c1" }]]);
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
    expect(sent.at(-1)).toEqual({ type: "card.approve", card: "c1", base_rev: 1 });
  });

  it("given an erasure, then it is asked about first", async () => {
    const { sent } = open({ cards: [card()] });
    await press(".board-card .menu button");
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
  it("given the list of methods, then one press opens one as it is, every part of it said", async () => {
    const { sent, desk } = open({ cards: [card()] });
    await press(".button--primary");
    await press("dialog button", "Open: Points");
    const opened = { type: "round.open", method: "dots", title: null, budget: 5, cap: 3, secret: true, on: "cards", options: [], criteria: [], scale: 5 };
    expect(sent.at(-1)).toEqual(opened);
    expect(desk.sheet.value).toBeNull();
  });

  it("given a poll without answers, then it is not opened and says what is missing", async () => {
    const { sent } = open({ cards: [card()] });
    await press(".button--primary");
    await press("dialog button", "Ask: Poll");
    await press("dialog button[type=submit]");
    expect(sent).toEqual([]);
    expect(find("dialog [role=alert]").textContent).toContain("Write the answers");
  });
});

describe("what others see", () => {
  it("given a press on the wall, then the preview begins with it, and the others stand beside it (PRODUCT 5.d)", async () => {
    const { desk } = open();
    await press(".see-as button", "Wall");
    expect(desk.sheet.value).toEqual({ kind: "preview", surface: "wall" });
    expect([...place.querySelectorAll("dialog input[type=radio]")].map((radio) => /** @type {HTMLInputElement} */ (radio).checked)).toEqual([false, true, false]);
  });
});

describe("votes that are closed", () => {
  it("given several, then each is a button named in full, the latest first, and the oldest one press away", async () => {
    const rounds = [1, 2, 3, 4].map((nth) => /** @type {import("@protocol/generated/types.d.ts").RoundView} */ (
      /** @type {unknown} */ ({ id: `r${nth}`, method: "dots", on: "cards", title: `Question ${nth}`, budget: 5, cap: 3, secret: true, state: "closed", opened_ms: nth, closed_ms: nth, voters: 0, options: [], criteria: [], scale: 5, results: [] })
    ));
    const { desk } = open({ rounds });
    const names = () => [...place.querySelectorAll(".vote-panel__rounds button")].map((button) => button.getAttribute("aria-label") ?? button.textContent);
    expect(names()).toEqual(["Results · Question 4", "Results · Question 3", "Results · Question 2", "1 earlier"]);
    await press(".vote-panel__rounds button", "1 earlier");
    expect(names()[3]).toBe("Results · Question 1");
    await press(".vote-panel__rounds button", "Question 1");
    expect(desk.sheet.value).toEqual({ kind: "results", round: "r1" });
  });
});

/** @param {Partial<import("@protocol/generated/types.d.ts").Step>} change @returns {import("@protocol/generated/types.d.ts").Step} */
const step = (change) => ({ id: "s", instruction: null, allows: ["add"], private: false, approve: false, view: "cards", ...change });

describe("a plan", () => {
  const plan = [step({ id: "a", title: "Write", private: true }), step({ id: "b", title: "Rebound", timer_s: 90 }), step({ id: "c", title: "Choose" })];

  it("given a next step, then the primary button goes there, and says first what that will do", async () => {
    const { sent } = open({ plan, step: plan[0], cards: [card({ sealed: true })] });
    const primary = find(".button--primary", "Next step");
    const about = document.getElementById(primary.getAttribute("aria-describedby") ?? "");
    expect(about?.textContent).toBe("Rebound. Reveals 1 idea, starts 90 s.");
    await press(".button--primary");
    expect(sent).toEqual([{ type: "step.go", step: "b" }]);
  });

  it("given the current step, then it is marked, cannot be taken out, and any other can be gone to by its menu", async () => {
    const { sent } = open({ plan, step: plan[1] });
    expect(find(".plan__step[aria-current=step]").textContent).toContain("Rebound");
    await press(".plan__step[aria-current] .menu button");
    await press("[role=menuitem]", "Take out of the plan (the board is here)");
    expect(sent).toEqual([]);
    await press(".plan__step[aria-current] .menu button");
    await press(".plan .menu button", "Choose");
    await press("[role=menuitem]", "Move up");
    expect(sent.at(-1)).toEqual({ type: "step.move", step: "c", before: "b" });
  });

  it("given a step changed while the board is at it, then the whole of it is sent, and only what was changed differs", async () => {
    const { sent } = open({ plan, step: plan[0] });
    await press(".plan__open", "Write");
    await press("dialog .chip", "rebound");
    await press("dialog button[type=submit]");
    expect(sent.at(-1)).toEqual({
      type: "step.edit",
      step: "a",
      settings: { title: "Write", instruction: null, allows: ["add", "rebound"], staff_allows: null, private: true, approve: false, view: "cards", timer_s: null, round: null },
    });
  });
});

describe("picked cards", () => {
  const cards = ["c1", "c2", "c3"].map((id, order) => card({ id, text: `Idea ${id}`, order }));

  it("given two picked by their boxes, then they are stacked under a title, and none is picked any more (DM4)", async () => {
    const { sent, desk } = open({ cards });
    await press(".board-card__pick input", "Idea c1");
    await press(".board-card__pick input", "Idea c3");
    await press(".selection button", "Stack");
    await press("dialog button[type=submit]");
    expect(sent.at(-1)).toEqual({ type: "group.make", cards: ["c1", "c3"], title: null });
    expect(desk.selected.value.size).toBe(0);
  });

  it("given a merge, then the words come first and nothing is sent before them (PRODUCT 5.8)", async () => {
    const { sent } = open({ cards });
    await press(".board-card__pick input", "Idea c1");
    await press(".board-card__pick input", "Idea c2");
    await type("m");
    expect(/** @type {HTMLTextAreaElement} */ (find("dialog textarea")).value).toBe("Idea c1\nIdea c2");
    expect(sent).toEqual([]);
    await press("dialog button[type=submit]");
    expect(sent.at(-1)).toEqual({ type: "card.merge", cards: ["c1", "c2"], text: "Idea c1\nIdea c2", owes: null });
  });

  it("given a picked card that goes away, then the bar does not offer it", async () => {
    const { becomes } = open({ cards });
    await press(".board-card__pick input", "Idea c1");
    await act(async () => becomes({ cards: cards.slice(1) }));
    expect(find(".selection").hidden).toBe(true);
  });
});

describe("the inbox", () => {
  const waiting = card({ id: "w", text: "Waits", state: "pending", at_ms: 1 });
  const comment = { id: "k", card: "c1", text: "Says", author: "p1", at_ms: 2, state: /** @type {const} */ ("pending") };

  it("given an idea and a comment that wait, then A and R act on the oldest, and what is binned can be restored", async () => {
    const { sent, undone, becomes } = open({ cards: [card(), waiting], comments: [comment] });
    expect(find(".inbox .panel__count").textContent).toBe("2");
    await type("a");
    expect(sent.at(-1)).toEqual({ type: "card.approve", card: "w", base_rev: 1 });
    await act(async () => becomes({ cards: [card()], comments: [comment] }));
    await type("r");
    expect(sent.at(-1)).toEqual({ type: "comment.remove", comment: "k" });
    await press(".notice button", "Undo");
    expect(undone).toEqual([[{ type: "comment.remove", comment: "k" }]]);
  });

  it("given hands up, then they stand in their order and each can be lowered", async () => {
    const { sent } = open({ hands: [{ participant: "p1", at_ms: 1 }, { participant: "p2", at_ms: 2 }] });
    expect([...place.querySelectorAll(".hands li")].map((row) => row.textContent?.includes("Ana"))).toEqual([true, false]);
    await press(".hands button", "Ana");
    expect(sent).toEqual([{ type: "hand.lower", participant: "p1" }]);
  });
});

describe("undo", () => {
  it("given an own last action that can be taken back, then the button says what; Ctrl+Z does it, but not in a text field", async () => {
    const { store } = open();
    const undo = vi.fn(async () => undefined);
    expect(place.querySelector(".console__undo")).toBeNull();
    act(() => void (/** @type {any} */ (store.undo).value = { can: true, label: "group.make", undo }));
    expect(find(".console__undo").textContent).toBe("Undo: a stack made");
    const press_z = (/** @type {Element} */ where) =>
      act(async () => void where.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true, cancelable: true })));
    await press_z(find("textarea"));
    expect(undo).not.toHaveBeenCalled();
    await press_z(document.body);
    expect(undo).toHaveBeenCalledOnce();
  });
});

describe("what lives on while others act", () => {
  it("given one card of three that changes, then a redraw looks into that one alone (DESIGN section 9)", async () => {
    const cards = ["c1", "c2", "c3"].map((id, order) => card({ id, text: id, order }));
    const { segments } = boardView();
    const { becomes } = open({ cards, segments });
    /** @type {string[]} */
    const looked = [];
    const { diffed } = options;
    options.diffed = (node) => {
      const id = /** @type {{ "data-card"?: string }} */ (node.props)["data-card"];
      if (id) looked.push(id);
      diffed?.(node);
    };
    try {
      await act(async () => becomes({ cards, segments, comments: [{ id: "k", card: "c2", text: "Says", author: "p1", at_ms: 2, state: "shown" }] }));
      expect(looked).toEqual(["c2"]);
    } finally {
      options.diffed = diffed;
    }
    await act(async () => becomes({ cards: cards.slice(1) }));
    expect([...place.querySelectorAll(".table .card__text")].map((text) => text.textContent)).toEqual(["c2", "c3"]);
  });

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
    find(".board-card .menu button", "c2").focus();
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

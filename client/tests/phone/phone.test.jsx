// The phone as a person meets it, on a board that answers by the protocol: writing, waiting, refusals, votes, leaving.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryVault } from "../../src/core/vault.js";
import { createBoardStore } from "../../src/core/store.js";
import { chooseLanguage } from "../../src/i18n/index.js";
import { BoardScreen } from "../../src/phone/BoardScreen.jsx";
import { JoinScreen } from "../../src/phone/JoinScreen.jsx";
import "../../src/phone/later/afterwards.js";
import "../../src/phone/texts.js";
import { settle, World } from "../core/world.js";
import { until } from "../until.js";

/** @type {HTMLElement} */
let root;
/** @type {World} */
let world;
/** @type {import("../../src/core/store.js").BoardStore | null} */
let store = null;

beforeEach(async () => {
  localStorage.clear();
  await chooseLanguage("en");
  root = document.body.appendChild(document.createElement("div"));
  world = new World(7);
  window.scrollTo = () => undefined;
});
afterEach(() => {
  render(null, root);
  root.remove();
  store?.close();
  store = null;
});

/** Everything under way arrives and is drawn. */
const arrive = () =>
  act(async () => {
    for (let round = 0; round < 4; round += 1) {
      do await settle();
      while (world.step());
      world.advance(150);
    }
  });

/** What is fetched when it is asked for is there. */
const sheetIsOpen = () => until(() => expect(root.querySelector("dialog .sheet__foot")).not.toBeNull());

/** The phone on a board with these ideas. @param {...string} texts */
async function phoneOn(...texts) {
  for (const [place, text] of texts.entries()) {
    world.server.submit({ send: () => undefined, device: "other", author: "p2" }, { id: place + 1, command: { type: "card.add", text } });
  }
  store = createBoardStore({
    token: "t",
    board: "b",
    seat: "b.p1",
    url: "ws://test",
    surroundings: {
      openVault: async () => memoryVault(),
      world: world.surroundings,
      now_ms: () => world.now_ms,
      page: new EventTarget(),
      document: null,
    },
  });
  await arrive();
  const shown = store;
  act(() => render(<BoardScreen store={shown} draftKey="b.p1" onLeave={() => undefined} />, root));
  await arrive();
  return shown;
}

/** @param {string} selector @returns {HTMLElement[]} */
const all = (selector) => [...root.querySelectorAll(selector)].map((found) => /** @type {HTMLElement} */ (found));
/** @param {string} name */
const button = (name) => {
  const found = all("button").find((one) => (one.getAttribute("aria-label") ?? one.textContent)?.trim() === name);
  if (!found) throw new Error(`no button “${name}”: ${all("button").map((one) => one.textContent).join(" | ")}`);
  return found;
};
const texts = () => all(".card__text").map((found) => found.textContent);
/** @param {string} text @param {string} [field] */
const write = (text, field = ".composer textarea") =>
  act(() => {
    const found = /** @type {HTMLTextAreaElement} */ (root.querySelector(field));
    found.value = text;
    found.dispatchEvent(new Event("input", { bubbles: true }));
  });
/** @param {string} name */
const press = (name) => act(() => button(name).click());
/** Somebody else writes. @param {string} text @param {number} id */
const another = (text, id) =>
  world.server.submit({ send: () => undefined, device: "else", author: "p2" }, { id, command: { type: "card.add", text } });

describe("writing", () => {
  it("draws an idea in pencil until the server has it, then in ink, and keeps no draft", async () => {
    await phoneOn("first");
    await write("second");
    expect(Object.values({ ...localStorage })).toContain("second");
    press("Send");
    await act(settle);
    expect(root.querySelector('[data-look="sending"]')?.textContent).toContain("second");
    await arrive();
    expect(root.querySelector('[data-look="sending"]')).toBeNull();
    expect(texts()).toContain("second");
    expect(Object.values({ ...localStorage })).not.toContain("second");
  });

  it("brings an unsent draft back after a reload", async () => {
    await phoneOn();
    await write("half a thou");
    act(() => render(null, root));
    store?.close();
    await phoneOn();
    expect(/** @type {HTMLTextAreaElement} */ (root.querySelector(".composer textarea")).value).toBe("half a thou");
  });

  it("offers no words again that were kept just before the page went", async () => {
    localStorage.setItem("rebond.draft.b.p1.idea", "already said");
    world.server.submit({ send: () => undefined, device: "mine" }, { id: 1, command: { type: "card.add", text: "already said" } });
    await phoneOn();
    expect(/** @type {HTMLTextAreaElement} */ (root.querySelector(".composer textarea")).value).toBe("");
  });

  it("keeps a refused idea with its reason, and sends it again", async () => {
    const { outgoing } = await phoneOn();
    world.server.refuses = () => ({ code: "locked", temporary: true });
    await write("too early");
    press("Send");
    await arrive();
    expect(root.querySelector('[data-look="refused"]')?.textContent).toContain("The board is locked for now.");
    world.server.refuses = () => null;
    await until(() => button("Send again"));
    press("Send again");
    await arrive();
    expect(root.querySelector('[data-look="refused"]')).toBeNull();
    expect(texts()).toEqual(["too early"]);
    expect(outgoing.value).toEqual([]);
  });

  it("says that saving is late, that the words are kept, and is quiet again once they are there", async () => {
    await phoneOn();
    const note = () => root.querySelector('.foot [role="status"].line-note')?.textContent;
    world.server.failing = 4; // put off for 1, 2, 4 and 8 s
    await write("slow but sure");
    press("Send");
    await arrive();
    expect(note()).toBe("");
    for (let second = 0; second < 5; second += 1) {
      world.advance(1_000);
      await arrive();
    }
    expect(note()).toBe("Saving takes longer than usual. What you wrote is kept here and will be sent.");
    expect(root.querySelector(".phone-head .line-badge")?.getAttribute("data-status")).toBe("late");
    world.advance(10_000);
    await arrive();
    expect(note()).toBe("");
    expect(texts()).toEqual(["slow but sure"]);
  });

  it("holds what is written without a line, and says so", async () => {
    const { status } = await phoneOn();
    world.reachable = false;
    world.links.forEach((link) => link.drop());
    await arrive();
    await write("in the lift");
    press("Send");
    await arrive();
    expect(status.value).not.toBe("live");
    expect(root.querySelector('[data-look="sending"]')?.textContent).toContain("in the lift");
    expect(root.querySelector(".foot__notice")?.textContent).toContain("Kept here");
    for (let second = 0; second < 3 && status.value !== "offline"; second += 1) {
      world.advance(1_000);
      await arrive();
    }
    expect(root.querySelector(".foot .line-note")?.textContent).toBe(
      "No connection. What you wrote is kept here and will be sent.",
    );
    world.reachable = true;
    world.advance(20_000);
    await arrive();
    expect(world.server.cards.map((card) => card.text)).toEqual(["in the lift"]);
    expect(root.querySelector('[data-look="sending"]')).toBeNull();
  });
});

describe("the others' ideas", () => {
  it("wait behind a button and never push the list down", async () => {
    await phoneOn("here before");
    another("new one", 1);
    another("new two", 2);
    await arrive();
    expect(texts()).toEqual(["here before"]);
    press("2 new ideas");
    await arrive();
    expect(texts()).toEqual(["new two", "new one", "here before"]);
  });

  it("stand in the list at once where it was empty, and no button comes and goes", async () => {
    await phoneOn();
    expect(root.textContent).toContain("The first idea is often the hardest");
    /** @type {(string | null)[]} */
    const drawn = [];
    const eye = new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => drawn.push(node.textContent))));
    eye.observe(root, { childList: true, subtree: true });
    another("the very first", 1);
    await arrive();
    expect(texts()).toEqual(["the very first"]);
    eye.disconnect();
    expect(drawn.filter((words) => words?.includes("1 new idea"))).toEqual([]);
  });
});

describe("a rebound", () => {
  it("names its verb and its parent", async () => {
    await phoneOn("a seed");
    press("Rebound on “a seed”");
    await sheetIsOpen();
    await write("a tree", "dialog textarea");
    const said = vi.spyOn(world.server, "submit");
    act(() => all("dialog .rebound__send")[0]?.click());
    await arrive();
    expect(said.mock.calls[0]?.[1].command).toEqual({ type: "card.rebound", parents: ["c1"], verb: "extends", text: "a tree", lang: "en" });
  });

  describe("half written", () => {
    const field = () => /** @type {HTMLTextAreaElement} */ (root.querySelector("dialog textarea"));
    const fields = () => /** @type {HTMLTextAreaElement[]} */ (all("dialog textarea")).map(({ value }) => value);
    /** @param {string} text */
    const begin = async (text) => {
      press(`Rebound on “${text}”`);
      await sheetIsOpen();
    };
    const putAway = () => press("Close");
    /** @param {string} text @param {string} owed */
    const writeBoth = async (text, owed) => {
      await write(text, "dialog textarea");
      await act(() => {
        const last = /** @type {HTMLTextAreaElement} */ (all("dialog textarea")[1]);
        last.value = owed;
        last.dispatchEvent(new Event("input", { bubbles: true }));
      });
    };

    it("given words begun on one idea, when another is rebounded on, then the sheet is empty, and on the first they stand", async () => {
      await phoneOn("one", "two");
      await begin("one");
      await writeBoth("half a thou", "its first half");
      putAway();
      await begin("two");
      expect(fields()).toEqual(["", ""]);
      await write("something else", "dialog textarea");
      putAway();
      await begin("one");
      expect(fields()).toEqual(["half a thou", "its first half"]);
    });

    it("given a page that is loaded again, then the words stand on the idea they were begun on, and on no other", async () => {
      await phoneOn("one", "two");
      await begin("two");
      await writeBoth("half a thou", "its first half");
      act(() => render(null, root));
      store?.close();
      await phoneOn();
      await begin("one");
      expect(fields()).toEqual(["", ""]);
      putAway();
      await begin("two");
      expect(fields()).toEqual(["half a thou", "its first half"]);
    });

    it("given words that were kept just before the page went, then they are not offered again", async () => {
      localStorage.setItem("rebond.draft.b.p1.rebound.c1", "already said");
      await phoneOn("one");
      world.server.submit({ send: () => undefined, device: "mine" }, { id: 1, command: { type: "card.add", text: "already said" } });
      await arrive();
      await begin("one");
      expect(field().value).toBe("");
    });

    it("given a rebound that was refused, when it is mended, then words begun meanwhile on the same idea stay as they are", async () => {
      await phoneOn("one");
      world.server.refuses = () => ({ code: "locked", temporary: true });
      await begin("one");
      await write("too early", "dialog textarea");
      act(() => all("dialog .rebound__send")[0]?.click());
      await arrive();
      world.server.refuses = () => null;
      await begin("one");
      expect(field().value).toBe("");
      await write("half a thou", "dialog textarea");
      putAway();
      await until(() => button("Fix"));
      press("Fix");
      await sheetIsOpen();
      expect(field().value).toBe("too early");
      act(() => all("dialog .rebound__send")[0]?.click());
      await arrive();
      await begin("one");
      expect(field().value).toBe("half a thou");
    });
  });

  it("asks for a second idea before it combines", async () => {
    await phoneOn("one", "two");
    press("Rebound on “one”");
    await sheetIsOpen();
    act(() => /** @type {HTMLInputElement} */ (root.querySelector('input[value="combines"]')).click());
    act(() => all("dialog .rebound__send")[0]?.click());
    await until(() => expect(root.querySelector("dialog h2")?.textContent).toBe("Which other idea?"));
    expect(all("dialog .lineage__text").map((found) => found.textContent)).toEqual(["two"]);
  });
});

describe("coming in", () => {
  /** @param {object} face */
  const joining = async (face) => {
    const onJoined = vi.fn();
    const answers = vi.fn(async (_url, request) => ({
      ok: true,
      json: async () =>
        request.method === "GET"
          ? { id: "b", code: "KITE7", title: "What now?", locale: "en", name_asked: "no", anonymous: false, segments: [], ...face }
          : { board: "b", participant: "p9", token: "tok" },
    }));
    vi.stubGlobal("fetch", answers);
    act(() => render(<JoinScreen code="KITE7" onJoined={onJoined} />, root));
    await act(settle);
    await act(settle);
    return { onJoined, answers };
  };
  const enter = () =>
    act(async () => {
      root.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
      await settle();
    });

  it("takes one press where nothing is asked", async () => {
    const { onJoined } = await joining({});
    expect(root.querySelector("input")?.name).not.toBe("segment");
    await enter();
    expect(onJoined).toHaveBeenCalledWith({ board: "b", token: "tok", seat: "b.p9" });
  });

  it("given a server that cannot save, then it keeps trying as the same person, says so, and a press does not wait", async () => {
    const { onJoined, answers } = await joining({});
    const refusal = { ok: false, json: async () => ({ code: "unavailable", message: "", temporary: true }) };
    answers.mockImplementationOnce(/** @type {any} */ (async () => refusal));
    await enter();
    expect(onJoined).not.toHaveBeenCalled();
    expect(root.textContent).toContain("We keep trying");
    expect(root.querySelector("button[type=submit]")?.textContent).toBe("Try now");
    await enter();
    expect(onJoined).toHaveBeenCalledWith({ board: "b", token: "tok", seat: "b.p9" });
    const devices = answers.mock.calls.slice(-2).map(([, request]) => JSON.parse(request.body).device);
    expect(new Set(devices).size).toBe(1);
  });

  it("given somebody who waits to be let in, when the page is loaded again, then it asks nothing and goes on waiting", async () => {
    const wait = { code: "waiting_for_approval", message: "", temporary: true, details: { ticket: "T1", retry_after_ms: 60_000 } };
    const waits = /** @type {any} */ (async () => ({ ok: false, json: async () => wait }));
    const first = await joining({ name_asked: "required", access: "approval" });
    act(() => {
      const field = /** @type {HTMLInputElement} */ (root.querySelector(".input"));
      field.value = "Ana";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    first.answers.mockImplementationOnce(waits);
    await enter();
    await until(() => expect(sessionStorage.getItem("rebond.knock.KITE7")).toContain("T1"));
    act(() => render(null, root));

    const { onJoined, answers } = await joining({ name_asked: "required", access: "approval" });
    expect(root.querySelector("form")).toBeNull();
    await until(() => expect(onJoined).toHaveBeenCalledTimes(1));
    const posts = answers.mock.calls.filter(([, request]) => request.method === "POST");
    expect(posts.map(([, request]) => JSON.parse(request.body))).toMatchObject([{ name: "Ana", ticket: "T1" }]);
    expect(sessionStorage.getItem("rebond.knock.KITE7")).toBeNull();
  });

  it("asks for a name where the board needs one, and puts the focus there", async () => {
    const { onJoined } = await joining({ name_asked: "required" });
    await enter();
    expect(onJoined).not.toHaveBeenCalled();
    const field = /** @type {HTMLInputElement} */ (root.querySelector(".input"));
    const told = () => (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
    expect(told().at(-1)).toContain("We need a name here"); // WCAG 3.3.1: the sentence is the field's, and stands at it
    expect(root.querySelector(".field .problem")).not.toBeNull();
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field);
    act(() => {
      field.value = "Ana";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    expect(root.textContent).not.toContain("We need a name here");
    expect(field.hasAttribute("aria-invalid")).toBe(false);
  });

  it("takes a segment in one tap and always joins as the same person from this phone", async () => {
    const { answers } = await joining({ segments: [{ id: "citizen", label: "Citizen" }] });
    act(() => /** @type {HTMLInputElement} */ (root.querySelector('input[value="citizen"]')).click());
    await enter();
    await enter();
    const bodies = answers.mock.calls.filter(([, request]) => request.method === "POST").map(([, request]) => JSON.parse(request.body));
    expect(bodies[0]).toMatchObject({ name: null, segment: "citizen" });
    expect(bodies[0].device.length).toBeGreaterThanOrEqual(20);
    expect(new Set(bodies.map((body) => body.device)).size).toBe(1);
  });

  it("says in one sentence that a code leads nowhere", async () => {
    vi.stubGlobal("fetch", async () => ({
      ok: false,
      json: async () => ({ code: "unknown_board", message: "", temporary: false }),
    }));
    act(() => render(<JoinScreen code="ZZZZZ" onJoined={() => undefined} />, root));
    await act(settle);
    await act(settle);
    expect(root.querySelector("h1")?.textContent).toContain("no board with that code");
  });
});

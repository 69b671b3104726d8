// What the console works out of plans, votes, stacks and pasted lists. Values in, values out.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { tagsIn } from "../../src/console/CardSheets.jsx";
import { linesIn } from "../../src/console/GatherSheets.jsx";
import { mediaOf } from "../../src/console/deskApi.js";
import { createDoor } from "../../src/console/door.js";
import { METHOD_ORDER, readyToOpen, roundBy } from "../../src/console/methods.js";
import { around, consequences, movedBefore, settingsOf } from "../../src/console/plan.js";
import { consequencesText, stepLine, stepName } from "../../src/console/planWords.js";
import { KEYS } from "../../src/console/shortcuts.js";
import { found, stacked } from "../../src/console/stacks.js";
import en from "../../src/console/texts.en.js";
import fr from "../../src/console/texts.fr.js";
import { addTexts, chooseLanguage } from "../../src/i18n/index.js";
import { Refused } from "../../src/core/refused.js";
import { isUndoable } from "../../src/console/undoRows.js";
import { COMMANDS } from "@protocol/generated/tables.js";
import { until } from "../until.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */

/** @param {Partial<Step>} change @returns {Step} */
const step = (change) => ({ id: "s", instruction: null, allows: ["add"], private: false, approve: false, view: "cards", ...change });

/** @param {Partial<Card>} change @returns {Card} */
const card = (change) => ({ id: "c", text: "x", section: null, author: null, rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 0, order: 0, ...change });

const WORDS = { yes: "Yes", criteria: ["Useful", "Feasible"] };

beforeEach(async () => {
  addTexts({ en, fr });
  await chooseLanguage("en");
});

describe("the plan", () => {
  const plan = ["a", "b", "c"].map((id) => step({ id }));

  it("given a step named after its vote, then the vote is not said again under its name", () => {
    const round = roundBy("hands", WORDS);
    expect(stepLine(step({ title: "Show of hands", timer_s: 60, round }))).toBe("1 min");
    expect(stepLine(step({ title: "Warm up", timer_s: 60, round }))).toBe("1 min · Show of hands");
  });

  it("given where the board stands, then what lies before and behind it; outside the plan the first step is next", () => {
    expect(around(plan, "b")).toMatchObject({ back: { id: "a" }, next: { id: "c" } });
    expect(around(plan, "c").next).toBeNull();
    expect(around(plan, "elsewhere")).toMatchObject({ back: null, next: { id: "a" } });
  });

  it("given a step moved by one place, then before which it goes; the end is null, and beyond it is nowhere", () => {
    expect([movedBefore(plan, 1, -1), movedBefore(plan, 0, 1), movedBefore(plan, 1, 1)]).toEqual(["a", "c", null]);
    expect([movedBefore(plan, 0, -1), movedBefore(plan, 2, 1)]).toEqual([undefined, undefined]);
  });

  it("given what is under way, then everything that going there does is said, and nothing else", () => {
    const now = { sealed: 3, voting: true, timing: true };
    const here = step({ private: true });
    const there = step({ timer_s: 90, round: roundBy("dots", WORDS) });
    expect(consequencesText(consequences(here, there, now))).toBe("Closes the vote, reveals 3 ideas, starts 90 s, opens a vote (Points).");
    expect(consequencesText(consequences(here, there, now), "Points")).toBe("Closes the vote, reveals 3 ideas, starts 90 s, opens a vote.");
    expect(consequencesText(consequences(here, step({ private: true }), { ...now, voting: false, timing: false }))).toBe("");
    expect(consequencesText(consequences(step({}), step({ private: true, approve: true }), { sealed: 0, voting: false, timing: true }))).toBe(
      "Writing becomes private, ideas wait for your approval, stops the timer.",
    );
  });

  it("given a step without a name, then the first line of its instruction, or its number", () => {
    expect(stepName(step({ instruction: "Write.\nThen read." }), 0)).toBe("Write.");
    expect(stepName(step({}), 2)).toBe("Step 3");
  });

  it("given a step as it came, then its settings name every part, so that a change of one keeps the others", () => {
    const settings = settingsOf(step({ title: "T", staff_allows: ["vote"], timer_s: 60 }));
    expect(settings).toEqual({ instruction: null, allows: ["add"], private: false, title: "T", staff_allows: ["vote"], approve: false, view: "cards", timer_s: 60, round: null });
  });
});

describe("ways to choose", () => {
  it("given any method with its defaults, then it can be opened at once, but for those that need a question of their own", () => {
    const wanting = METHOD_ORDER.filter((method) => "missing" in readyToOpen(roundBy(method, WORDS)));
    expect(wanting).toEqual(["choice"]);
  });

  it("given what was typed, then blanks and doubles go, a cap is never above its budget, and nothing foreign to the method stays", () => {
    const poll = readyToOpen({ ...roundBy("choice", WORDS), options: [" a ", "", "b", "a"], title: " Which? ", budget: 9 });
    expect(poll).toMatchObject({ round: { options: ["a", "b"], title: "Which?", budget: null } });
    expect(readyToOpen({ ...roundBy("dots", WORDS), budget: 2 })).toMatchObject({ round: { budget: 2, cap: 2 } });
    expect(readyToOpen({ ...roundBy("criteria", WORDS), criteria: [{ label: " ", weight: 1 }] })).toEqual({ missing: "criteria" });
  });
});

describe("stacks", () => {
  it("given cards on a stack, then it stands where its group does, once, with its cards in their order", () => {
    const groups = new Map([["g", { id: "g", title: null, section: null, order: 2 }]]);
    const cards = [card({ id: "a", order: 1 }), card({ id: "b", order: 5, group: "g" }), card({ id: "c", order: 6, group: "g" }), card({ id: "d", order: 3 })];
    const items = stacked(cards, groups).map((item) => (item.kind === "card" ? item.card.id : item.cards.map((one) => one.id)));
    expect(items).toEqual(["a", ["b", "c"], "d"]);
  });

  it("given words looked for, then all of them, whatever the accents and capitals", () => {
    const cards = [card({ id: "a", text: "Un café à l’Été" }), card({ id: "b", text: "Un thé", tags: ["été"] })];
    expect(found(cards, "ete").map((one) => one.id)).toEqual(["a", "b"]);
    expect(found(cards, "CAFE ete").map((one) => one.id)).toEqual(["a"]);
    expect(found(cards, " ")).toHaveLength(2);
  });
});

describe("what is pasted", () => {
  it("given a list from elsewhere, then its bullets, numbers and empty lines go, and its words stay", () => {
    expect(linesIn("- One\n\n• Two\r\n 3. Three\n12) Four\n24/7 opening\n-5 degrees")).toEqual(["One", "Two", "Three", "Four", "24/7 opening", "-5 degrees"]);
  });

  it("given a file, then what it holds by its ending: browsers name a table in many ways", () => {
    expect(["a.CSV", "b.json", "c.txt", "d"].map(mediaOf)).toEqual(["text/csv", "application/json", "text/plain", "text/plain"]);
  });

  it("given tags with commas, then each once", () => expect(tagsIn("a, b;a ,")).toEqual(["a", "b"]));
});

describe("the door", () => {
  const zoe = { participant: "z", name: "Zoé", segment: null, since_ms: 0 };
  const desk = /** @type {any} */ ({ complain: vi.fn() });
  /** @param {Partial<import("../../src/console/deskApi.js").DeskApi>} api */
  const door = (api) => createDoor(/** @type {any} */ ({ waiting: async () => [zoe], ...api }), "b1");

  it("given a board open to all, then nobody is looked for; given one that asks, then who waits is there", async () => {
    const looked = vi.fn(async () => [zoe]);
    /** @param {string} access */
    const faced = (access) => vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ access })));
    faced("open");
    const open = door({ waiting: looked });
    open.watch()();
    expect(looked).not.toHaveBeenCalled();
    faced("approval");
    const asks = door({ waiting: looked });
    const leave = asks.watch();
    await until(() => expect(asks.waiting.value).toEqual([zoe]));
    leave();
  });

  it("given a decision, then they are off the list; given a refusal, then they stay and it says why", async () => {
    const let_in = door({ admit: async () => null });
    let_in.waiting.value = [zoe];
    await let_in.decide("z", true, desk);
    expect(let_in.waiting.value).toEqual([]);
    const refused = door({ admit: () => Promise.reject(new Refused({ code: "busy", message: "" })) });
    refused.waiting.value = [zoe];
    await refused.decide("z", true, desk);
    expect(refused.waiting.value).toEqual([zoe]);
    expect(desk.complain).toHaveBeenCalledOnce();
    expect(refused.deciding.value.size).toBe(0);
  });

  it("given a look that began before a decision and ends after it, then nobody who was let in is on the list again", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ access: "approval" })));
    /** @type {(rows: (typeof zoe)[]) => void} */
    let answer = () => undefined;
    const answered = /** @type {Promise<(typeof zoe)[]>} */ (new Promise((resolve) => (answer = resolve)));
    const looked = vi.fn(() => answered);
    const slow = door({ waiting: looked, admit: async () => null });
    const leave = slow.watch();
    await until(() => expect(looked).toHaveBeenCalledOnce());
    slow.waiting.value = [zoe];
    await slow.decide("z", true, desk);
    answer([zoe]);
    await answered;
    await Promise.resolve();
    expect(slow.waiting.value).toEqual([]);
    leave();
  });
});

describe("words", () => {
  it("given whatever can be undone, then the button has words for it", () => {
    const silent = COMMANDS.filter((type) => isUndoable(type) && !(`console.undo.${type}` in en));
    expect(silent).toEqual([]);
  });

  it("given the list of keys, then each has its line, and none stands twice", () => {
    expect(KEYS.filter(([, what]) => !(`console.keys.${what}` in en))).toEqual([]);
    const single = KEYS.flatMap(([keys]) => (keys.length === 2 && keys[0] === "Ctrl" ? [] : keys));
    expect(new Set(single).size).toBe(single.length);
  });
});

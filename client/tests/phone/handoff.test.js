// The way home from a kiosk, without a screen: asked until there is an answer, calmly, and not for ever; and what came home.
import { beforeEach, describe, expect, it } from "vitest";
import { handoffAt, keepHandoff } from "../../src/core/identity.js";
import { Refused } from "../../src/core/refused.js";
import { bringHome, hitchOf, PATIENCE_MS, whatCameHome } from "../../src/phone/handoff/handoff.js";

/** @param {string} code @param {Record<string, unknown>} [details] */
const refused = (code, details) => new Refused({ code, message: "", temporary: true, details });

/** A world whose timers run when they are waited for, and whose clock goes on by as much. */
function quickWorld() {
  const waited = /** @type {number[]} */ ([]);
  const world = {
    now_ms: 0,
    waited,
    later: (/** @type {() => void} */ run, /** @type {number} */ after_ms) => {
      waited.push(after_ms);
      world.now_ms += after_ms;
      queueMicrotask(run);
      return 0;
    },
    cancel: () => undefined,
    random: () => 1,
  };
  return world;
}

/** @param {readonly (Refused | string)[]} answers  the last one for ever */
function asking(...answers) {
  const world = quickWorld();
  const told = /** @type {string[]} */ ([]);
  let asked = 0;
  const ask = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer instanceof Refused) throw answer;
    return answer;
  };
  const until = { aborted: false };
  const home = bringHome(ask, { since_ms: 0, tell: (hitch) => told.push(hitch), until, world, now_ms: () => world.now_ms });
  return { home, told, world, until, asked: () => asked };
}

describe("asking for what was written at a kiosk", () => {
  it("goes on by itself while the kiosk has not said what the code stands for, as often as the server likes", async () => {
    const waiting = refused("handoff_waiting", { retry_after_ms: 2_000 });
    const { home, told, world } = asking(waiting, waiting, "here");
    expect(await home).toBe("here");
    expect(told).toEqual(["waiting", "waiting"]);
    expect(world.waited).toEqual([2_000, 2_000]);
  });

  it("goes on without a line, and where the server cannot save", async () => {
    const { home, told } = asking(refused("unreachable"), refused("unavailable"), refused("rate_limited"), "here");
    expect(await home).toBe("here");
    expect(told).toEqual(["offline", "offline", "offline"]);
  });

  it.each(["handoff_used", "handoff_expired", "removed", "text_empty"])("says at once what does not pass: %s", async (code) => {
    const { home, told } = asking(refused(code));
    await expect(home).rejects.toMatchObject({ code });
    expect(told).toEqual([]);
  });

  it("gives up when the code cannot be good any more", async () => {
    const { home, world } = asking(refused("handoff_waiting", { retry_after_ms: 2_000 }));
    await expect(home).rejects.toMatchObject({ code: "handoff_waiting" });
    expect(world.now_ms).toBe(PATIENCE_MS);
  });

  it("asks no more once the screen was left", async () => {
    const { home, until, asked } = asking(refused("unreachable"));
    until.aborted = true;
    await expect(home).rejects.toMatchObject({ code: "unreachable" });
    expect(asked()).toBe(1);
  });

  it("takes nothing for a hitch that is none", () => {
    expect(hitchOf(new TypeError("a mistake in this program"))).toBeNull();
    expect(hitchOf(refused("locked"))).toBeNull();
  });
});

describe("the code, on this phone", () => {
  beforeEach(() => {
    localStorage.clear();
    history.replaceState(null, "", "/j/KITE7");
  });

  it("is taken out of the address at once, and kept until it is answered, for this board alone", () => {
    location.hash = "#h=s3cret";
    expect(handoffAt("KITE7")).toMatchObject({ secret: "s3cret" });
    expect(location.hash).toBe("");
    expect(handoffAt("KITE7")).toMatchObject({ secret: "s3cret" });
    expect(handoffAt("OTHER")).toBeNull();
    keepHandoff("KITE7", null);
    expect(handoffAt("KITE7")).toBeNull();
    expect(JSON.stringify({ ...localStorage })).not.toContain("s3cret");
  });

  it("gives way to the next one, of which nothing is known yet", () => {
    keepHandoff("KITE7", { secret: "first", since_ms: 0, wish: { name: "Ana" } });
    location.hash = "#h=second";
    expect(handoffAt("KITE7")).toEqual({ secret: "second", since_ms: expect.any(Number) });
  });

  it("is none where what is kept cannot be read", () => {
    localStorage.setItem("rebond.handoff.KITE7", "{half");
    expect(handoffAt("KITE7")).toBeNull();
  });
});

describe("what came home", () => {
  const card = (/** @type {string} */ id, /** @type {number} */ at_ms, state = "pending") =>
    /** @type {any} */ ({ id, at_ms, state, author: null });
  const comment = (/** @type {string} */ id, /** @type {number} */ at_ms, author = "me") =>
    /** @type {any} */ ({ id, card: "theirs", at_ms, state: "pending", author });
  /** @param {object} [over] */
  const board = (over) => ({
    cards: new Map([["theirs", card("theirs", 90, "shown")]]), authored: new Set(), comments: new Map(), me: "me", ...over,
  });

  it("is nothing until it is mine", () => {
    expect(whatCameHome(board(), 100)).toBeNull();
    expect(whatCameHome(board({ comments: new Map([["theirs", [comment("c", 50, "eve")]]]) }), 100)).toBeNull();
  });

  it("is the newest of what was mine when I came, and not what I wrote since", () => {
    const cards = new Map([["old", card("old", 10, "shown")], ["brought", card("brought", 60)], ["since", card("since", 130, "shown")]]);
    const authored = new Set(cards.keys());
    expect(whatCameHome(board({ cards, authored }), 100)).toMatchObject({ what: "card", state: "pending" });
    const comments = new Map([["theirs", [comment("c", 70)]]]);
    expect(whatCameHome(board({ cards, authored, comments }), 100)).toMatchObject({ what: "comment" });
  });
});

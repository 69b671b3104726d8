// When an answer is late: not before its time, once for many, and no longer than it is so.
import { beforeEach, describe, expect, it } from "vitest";
import { LATE_MS, watchAnswers } from "../../src/core/lateness.js";
import { createBoardStore } from "../../src/core/store.js";
import { memoryVault } from "../../src/core/vault.js";
import { settle, World } from "./world.js";

/** @type {World} */
let world;
beforeEach(() => {
  world = new World(5);
});

describe("answers on a line", () => {
  function watched() {
    /** @type {boolean[]} */
    const told = [];
    const tell = (/** @type {boolean} */ late) => {
      if (late !== (told.at(-1) ?? false)) told.push(late);
    };
    return { told, answers: watchAnswers({ world: world.surroundings, now_ms: () => world.now_ms, tell }) };
  }

  it("given an answer in time, then nothing is late", () => {
    const { told, answers } = watched();
    answers.said(1);
    world.advance(LATE_MS - 1);
    answers.answered(1);
    world.advance(LATE_MS * 2);
    expect(told).toEqual([]);
    expect(world.timers).toEqual([]);
  });

  it("given two commands without an answer, then it is late until the older has one, and again when the other's time is up", () => {
    const { told, answers } = watched();
    answers.said(1);
    world.advance(3_000);
    answers.said(2);
    world.advance(LATE_MS - 3_000);
    expect(told).toEqual([true]);
    answers.answered(1);
    expect(told).toEqual([true, false]);
    world.advance(3_000);
    expect(told).toEqual([true, false, true]);
    answers.answered(2);
    expect(told).toEqual([true, false, true, false]);
  });

  it("given the same command said again, then its time runs on; given another line, then it begins anew", () => {
    const { told, answers } = watched();
    answers.said(1);
    world.advance(3_000);
    answers.said(1);
    world.advance(LATE_MS - 3_000);
    expect(told).toEqual([true]);
    answers.forget();
    answers.said(1);
    expect(told).toEqual([true, false]);
    world.advance(LATE_MS);
    expect(told).toEqual([true, false, true]);
  });
});

describe("a board whose server cannot save", () => {
  it("given refusals that pass, then the line is late while it lasts, says so on no dead line, and the idea lands once", async () => {
    const store = createBoardStore({
      token: "t",
      board: "b",
      seat: "b.p1",
      url: "ws://test",
      surroundings: {
        openVault: async () => memoryVault(),
        tab: { read: () => null, write: () => undefined },
        world: world.surroundings,
        now_ms: () => world.now_ms,
        page: new EventTarget(),
        document: null,
      },
    });
    const arrive = async () => {
      do await settle();
      while (world.step());
    };
    await arrive();
    expect(store.line.value).toBe("live");
    world.server.failing = 3; // put off for 1, 2 and 4 s
    await store.keep({ type: "card.add", text: "Open on Saturdays" });
    for (let second = 0; second < 4; second += 1) {
      await arrive();
      expect(store.line.value).toBe("live");
      world.advance(1_000);
    }
    expect(store.line.value).toBe("late");
    world.links.at(-1)?.drop();
    expect(store.line.value).toBe("connecting");
    for (let second = 0; second < 10; second += 1) {
      await arrive();
      world.advance(1_000);
    }
    await arrive();
    world.advance(200);
    expect(store.line.value).toBe("live");
    expect(world.server.cards.map(({ text }) => text)).toEqual(["Open on Saturdays"]);
    store.close();
  });
});

// Asking again where a request may arrive twice: what passes is waited out, what does not is said at once.
import { describe, expect, it } from "vitest";
import { Refused } from "../../src/core/refused.js";
import { askAgain } from "../../src/core/retrying.js";
import { settle, World } from "./world.js";

/** @param {string[]} codes how the first requests fail */
function asking(...codes) {
  const world = new World(2);
  /** @type {(null | { error: Refused, now: () => void })[]} */
  const told = [];
  let asked = 0;
  const ask = async () => {
    const code = codes[asked];
    asked += 1;
    if (code) throw new Refused({ code, message: "" });
    return "in";
  };
  const answer = askAgain(ask, (waiting) => told.push(waiting), world.surroundings);
  answer.catch(() => undefined);
  return { world, told, answer, count: () => asked };
}

describe("asking again", () => {
  it("given what passes, then it waits longer each time and comes through", async () => {
    const { world, told, answer, count } = asking("unavailable", "busy", "unreachable");
    await settle();
    expect([count(), told.length]).toEqual([1, 1]);
    for (const wait_ms of [1_000, 2_000, 4_000]) {
      const before = count();
      world.advance(wait_ms / 2 - 1);
      await settle();
      expect(count()).toBe(before);
      world.advance(wait_ms / 2 + 1);
      await settle();
      expect(count()).toBe(before + 1);
    }
    expect(await answer).toBe("in");
    expect(told.at(-1)).toBeNull();
  });

  it("given somebody who will not wait, then it asks at once, and not a second time for the wait it cut short", async () => {
    const { world, told, answer, count } = asking("unavailable");
    await settle();
    told[0]?.now();
    expect(await answer).toBe("in");
    world.advance(60_000);
    await settle();
    expect(count()).toBe(2);
  });

  it("given what does not pass, then it says so at once; given no end, then it gives up", async () => {
    const removed = asking("removed");
    await expect(removed.answer).rejects.toMatchObject({ code: "removed" });
    const never = asking(...Array.from({ length: 20 }, () => "unavailable"));
    for (let round = 0; round < 20; round += 1) {
      await settle();
      never.world.advance(30_000);
    }
    await expect(never.answer).rejects.toMatchObject({ code: "unavailable" });
    expect(never.count()).toBe(7);
  });
});

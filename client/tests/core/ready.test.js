// "I am ready" holds for the step it was said at: said again after a reconnect, forgotten with the step.
import { expect, it } from "vitest";
import { createBoardStore } from "../../src/core/store.js";
import { memoryVault } from "../../src/core/vault.js";
import { settle, World } from "./world.js";

it("is said again on a new line, and no more once the step has changed", async () => {
  const world = new World(3);
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
  await world.calm();
  store.sayReady(true);
  await world.calm();
  expect(store.saidReady.value).toBe(true);
  expect(world.server.signals).toEqual([{ type: "ready", step: "open", on: true }]);

  world.links.at(-1)?.drop();
  await world.calm();
  expect(world.server.signals).toHaveLength(2);
  expect(store.saidReady.value).toBe(true);

  world.server.goTo("next");
  await world.calm();
  expect(store.saidReady.value).toBe(false);
  world.links.at(-1)?.drop();
  await world.calm();
  expect(world.server.signals).toHaveLength(2);
  store.close();
  await settle();
});

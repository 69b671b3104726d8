// LG4 from the client's side: whatever happens to lines, pages and tabs, what was once kept lands exactly once.
import { describe, expect, it } from "vitest";
import * as courier from "../../src/core/courier.js";
import { memoryVault } from "../../src/core/vault.js";
import { createBoardStore } from "../../src/core/store.js";
import { settle, World } from "./world.js";

const SEEDS = 40;
const STEPS = 220;

/** A browser's tab: its own sessionStorage, and a store while a page is open in it. */
class Tab {
  /**
   * @param {World} world
   * @param {import("../../src/core/vault.js").Vault} disk
   * @param {{ device: string, live: boolean } | null} mark
   */
  constructor(world, disk, mark = null) {
    this.world = world;
    this.disk = disk;
    this.mark = mark;
    this.store = this.load();
  }

  open() {
    this.store = this.load();
  }

  load() {
    return createBoardStore({
      token: "t",
      board: "b",
      seat: "b.p1",
      url: "ws://test",
      surroundings: {
        openVault: async () => this.disk,
        courier: async () => courier,
        tab: {
          read: () => this.mark,
          write: (/** @type {string} */ device, /** @type {boolean} */ live) => {
            this.mark = { device, live };
          },
        },
        world: this.world.surroundings,
        now_ms: () => this.world.now_ms,
        page: new EventTarget(),
        document: null,
      },
    });
  }

  /**
   * The page goes: in good order, or killed so that nothing more of it happens.
   * @param {boolean} orderly
   */
  async leave(orderly) {
    if (orderly) {
      this.store.close();
      await settle();
      return;
    }
    const mark = this.mark && { ...this.mark };
    this.store.close();
    await settle();
    this.mark = mark;
    if (!mark) return;
    // a killed page releases nothing: its lease stands until it runs out
    await this.disk.update(`device/b.p1/${mark.device}`, (/** @type {any} */ record) =>
      record && { ...record, lease: { owner: "killed", until_ms: this.world.now_ms + 60_000 } },
    );
  }
}

describe("a browser with several tabs on a bad line", () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    it(`lands every kept command exactly once (seed ${seed})`, async () => {
      const world = new World(seed);
      const disk = memoryVault();
      const tabs = [new Tab(world, disk)];
      /** @type {string[]} */
      const kept = [];
      /** @type {string[]} */
      const acknowledged = [];
      let count = 0;
      await settle();

      const oneOf = () => /** @type {Tab} */ (world.pick(tabs));
      /** @type {Record<string, () => unknown>} */
      const actions = {
        write: async () => {
          const tab = oneOf();
          const text = `idea ${(count += 1)}`;
          const keeping = tab.store.keep({ type: "card.add", text }).then(({ answer }) => {
            kept.push(text);
            answer.then(() => acknowledged.push(text)).catch(() => undefined);
          });
          await Promise.race([keeping, settle()]);
        },
        carry: () => world.step(),
        wait: () => world.advance(world.random() * 20_000),
        beat: () => world.server.beat(),
        cut: () => world.pick(world.links.filter((link) => link.state === "open"))?.drop(),
        fade: () => {
          world.reachable = !world.reachable;
        },
        fail: () => {
          world.server.failing = 2;
        },
        reload: async () => {
          const tab = oneOf();
          await tab.leave(world.random() < 0.5);
          tab.open();
        },
        another: () => {
          if (tabs.length < 3) tabs.push(new Tab(world, disk));
        },
        duplicate: () => {
          const tab = oneOf();
          if (tabs.length < 3) tabs.push(new Tab(world, disk, tab.mark && { ...tab.mark }));
        },
        shut: async () => {
          if (tabs.length < 2) return;
          const [tab] = tabs.splice(Math.floor(world.random() * tabs.length), 1);
          await tab?.leave(world.random() < 0.5);
        },
      };
      const bag = Object.entries({
        write: 6, carry: 22, wait: 4, beat: 1, cut: 2, fade: 1, fail: 1, reload: 1, another: 1, duplicate: 1, shut: 1,
      }).flatMap(([name, weight]) => Array(weight).fill(name));

      for (let step = 0; step < STEPS; step += 1) {
        await actions[world.pick(bag) ?? "carry"]?.();
        await settle();
      }
      // given the line is good again, when one last tab stays open
      world.reachable = true;
      world.server.failing = 0;
      while (tabs.length > 1) await tabs.pop()?.leave(false);
      const { store } = oneOf();
      await world.calm();

      // then everything that was kept is there, once
      const landed = world.server.cards.map((card) => card.text);
      expect(new Set(landed).size, "nothing twice").toBe(landed.length);
      expect(kept.filter((text) => !landed.includes(text)), "nothing lost").toEqual([]);
      expect(acknowledged.filter((text) => !landed.includes(text)), "nothing acknowledged in vain").toEqual([]);
      expect(store.outgoing.value).toEqual([]);
      expect([...store.cards.value.keys()].sort()).toEqual(world.server.cards.map((card) => card.id).sort());
      store.close();
    });
  }
});

// The outbox on every kind of storage (LG8's idea on this side): ids are never given twice, nothing kept is forgotten.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { create, firstOrphan, LEASE_MS, LeaseLost, openOutbox } from "../../src/core/outbox.js";
import { indexedVault, memoryVault, openVault, storageVault } from "../../src/core/vault.js";

const KINDS = {
  indexeddb: () => indexedVault(new IDBFactory()),
  localstorage: async () => storageVault(localStorage),
  memory: async () => memoryVault(),
};
/** @param {string} text @returns {import("@protocol/generated/types.d.ts").ClientCommand} */
const add = (text) => ({ type: "card.add", text });

/** @typedef {{ device: string, live: boolean } | null} Mark */

/**
 * A tab's sessionStorage.
 * @param {Mark} [mark]
 */
function tabMark(mark = null) {
  const tab = {
    mark,
    read: () => tab.mark,
    write: (/** @type {string} */ device, /** @type {boolean} */ live) => void (tab.mark = { device, live }),
  };
  return tab;
}

beforeEach(() => {
  vi.stubGlobal("IDBKeyRange", IDBKeyRange);
  localStorage.clear();
});

for (const [kind, open] of Object.entries(KINDS)) {
  describe(`on ${kind}`, () => {
    /** @type {import("../../src/core/vault.js").Vault} */
    let vault;
    let now_ms = 0;
    const openAs = (/** @type {string} */ owner, tab = tabMark()) => openOutbox({ vault, seat: "b.p1", tab, owner, now_ms: () => now_ms });
    beforeEach(async () => {
      vault = await open();
      now_ms = 1_000_000;
      expect(vault.kind).toBe(kind);
    });

    it("updates as a unit, lists by prefix, and changes nothing when the change throws", async () => {
      await vault.update("a/1", () => ({ n: 1 }));
      await vault.update("a/2", () => ({ n: 2 }));
      await vault.update("b/1", () => ({ n: 3 }));
      await Promise.all(Array.from({ length: 20 }, () => vault.update("a/1", (/** @type {any} */ value) => ({ n: value.n + 1 }))));
      expect(await vault.list("a/")).toEqual(new Map([["a/1", { n: 21 }], ["a/2", { n: 2 }]]));
      await expect(vault.update("a/1", () => { throw new LeaseLost(); })).rejects.toBeInstanceOf(LeaseLost);
      await vault.update("a/2", () => undefined);
      expect(await vault.list("a/")).toEqual(new Map([["a/1", { n: 21 }]]));
    });

    it("LG4: counts ids up, across reloads, with the commands still there", async () => {
      const tab = tabMark();
      const outbox = await openAs("page 1", tab);
      expect([await outbox.add(add("a")), await outbox.add(add("b"))]).toEqual([1, 2]);
      await outbox.remove(1);
      tab.write(outbox.device, false);
      const again = await openAs("page 2", tab);
      expect(again.device).toBe(outbox.device);
      expect(again.rows).toEqual([{ id: 2, command: add("b") }]);
      expect(await again.add(add("c"))).toBe(3);
    });

    it("gives ids asked for at once to one command each", async () => {
      const outbox = await openAs("page");
      const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => outbox.add(add(String(n)))));
      expect(new Set(ids).size).toBe(10);
    });

    it("makes a duplicated tab another device", async () => {
      const tab = tabMark();
      const outbox = await openAs("page 1", tab);
      const copy = await openAs("page 2", tabMark(tab.mark && { ...tab.mark }));
      expect(copy.device).not.toBe(outbox.device);
    });

    it("takes up an orphan's commands under its own name once the lease has run out", async () => {
      const outbox = await openAs("page 1");
      await outbox.add(add("left behind"));
      expect(await firstOrphan({ vault, seat: "b.p1", owner: "x", now_ms: () => now_ms })).toBeNull();
      now_ms += LEASE_MS + 1;
      const adopted = await openAs("page 2");
      expect(adopted.device).toBe(outbox.device);
      expect(adopted.rows).toEqual([{ id: 1, command: add("left behind") }]);
      await expect(outbox.add(add("late"))).rejects.toBeInstanceOf(LeaseLost);
      expect(await adopted.add(add("next"))).toBe(2);
    });

    it("is a new device where the records are gone: a counter never starts again under an old name", async () => {
      const tab = tabMark({ device: "remembered", live: false });
      const outbox = await openAs("page", tab);
      expect(outbox.device).not.toBe("remembered");
      expect(await outbox.add(add("a"))).toBe(1);
    });

    it("keeps what was refused, with the reason, and renews under a higher id", async () => {
      const tab = tabMark();
      const outbox = await openAs("page 1", tab);
      const id = await outbox.add(add("a"));
      await outbox.refuse(id, { code: "locked", message: "m", temporary: true });
      tab.write(outbox.device, false);
      const again = await openAs("page 2", tab);
      expect(again.rows[0]).toMatchObject({ id, refused: { code: "locked" } });
      expect(await again.renew(id, add("b"))).toBe(2);
      tab.write(outbox.device, false);
      expect((await openAs("page 3", tab)).rows).toEqual([{ id: 2, command: add("b") }]);
    });

    it("leaves other people's seats alone", async () => {
      const other = await create({ vault, seat: "b.p2", owner: "o", now_ms: () => now_ms });
      await other.add(add("somebody else's"));
      now_ms += LEASE_MS + 1;
      expect((await openAs("page")).rows).toEqual([]);
    });
  });
}

it("goes on after the browser closed the database of a sleeping page", async () => {
  const factory = new IDBFactory();
  /** @type {IDBDatabase[]} */
  const opened = [];
  const open = factory.open.bind(factory);
  factory.open = (...args) => {
    const request = open(...args);
    request.addEventListener("success", () => opened.push(request.result));
    return request;
  };
  const vault = await indexedVault(factory);
  await vault.update("a/1", () => 1);
  opened[0]?.close();
  expect(await vault.update("a/1", (/** @type {any} */ value) => value + 1)).toBe(2);
  expect(opened).toHaveLength(2);
});

it("falls back where a browser forbids storage", async () => {
  vi.stubGlobal("indexedDB", undefined);
  expect((await openVault()).kind).toBe("localstorage");
  vi.stubGlobal("localStorage", undefined);
  expect((await openVault()).kind).toBe("memory");
});

// The board kept on a phone for a reload without a line: what was shown, to whom it was shown, and no longer than that.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withEvents, withYours, fromSnapshot } from "../../src/core/fold.js";
import { forgetBoard, keepBoard, read, written } from "../../src/core/kept.js";
import { createBoardStore } from "../../src/core/store.js";
import { indexedVault, memoryVault } from "../../src/core/vault.js";
import { boardView, card } from "../components/boardStore.js";
import { settle, World } from "./world.js";
import { until } from "../until.js";

/** @type {World} */
let world;
/** @type {import("../../src/core/vault.js").Vault} */
let vault;
/** @type {EventTarget} */
let page;
/** @type {AbortController[]} */
let pages;

beforeEach(() => {
  world = new World(11);
  vault = memoryVault();
  page = new EventTarget();
  pages = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  for (const one of pages) one.abort();
});

/** A page of the phone with its own store, until it is left. */
async function opened() {
  const until = new AbortController();
  pages.push(until);
  const store = createBoardStore({
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
  until.signal.addEventListener("abort", () => store.close());
  keepBoard(store, { scope: "b.p1", until: until.signal, vault, now_ms: () => world.now_ms, page });
  await arrive();
  return { store, leave: () => until.abort() };
}

async function arrive() {
  for (let round = 0; round < 4; round += 1) {
    do await settle();
    while (world.step());
    world.advance(150);
  }
}

/** Somebody writes. @param {string} text @param {number} id */
const another = (text, id) =>
  world.server.submit({ send: () => undefined, device: "other", author: "p2" }, { id, command: { type: "card.add", text } });

/** @param {import("../../src/core/store.js").BoardStore} store */
const texts = (store) => [...store.cards.value.values()].map(({ text }) => text);

/** The line goes, and with it every attempt to get another. */
async function tunnel() {
  world.reachable = false;
  for (const link of world.links) link.drop();
  for (let round = 0; round < 4; round += 1) {
    world.advance(20_000);
    await arrive();
  }
}

const hide = async () => {
  page.dispatchEvent(new Event("pagehide"));
  await settle();
};

const kept = async () => [...(await vault.list("board.")).keys()];

describe("a reload without a line", () => {
  it("shows the board as it was, says it is offline, and takes what happened meanwhile when the line is back", async () => {
    another("before", 1);
    const before = await opened();
    await hide();
    before.leave();
    await tunnel();
    const { store } = await opened();
    await tunnel();
    expect(store.status.value).toBe("offline");
    expect(texts(store)).toEqual(["before"]);
    expect(store.you.value?.participant).toBe("p1");
    another("meanwhile", 2);
    world.reachable = true;
    world.advance(60_000);
    await arrive();
    expect(store.status.value).toBe("live");
    expect(texts(store)).toEqual(["before", "meanwhile"]);
  });

  it("LG4: sends what was written on such a page, once", async () => {
    another("before", 1);
    const before = await opened();
    await hide();
    before.leave();
    await tunnel();
    const { store } = await opened();
    await tunnel();
    void store.submit({ type: "card.add", text: "in the tunnel" });
    await settle();
    world.reachable = true;
    await world.calm();
    expect(texts(store)).toEqual(["before", "in the tunnel"]);
    expect(store.outgoing.value).toEqual([]);
  });

  it("is ready at once for whoever has just come in, and two seconds after a change, without the page being left", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const cards = async () => [...(await vault.list("board.")).values()].map(({ text }) => read(text).shared.size);
    await opened();
    vi.advanceTimersByTime(0);
    await settle();
    expect(await cards()).toEqual([0]);
    another("later", 1);
    await arrive();
    vi.advanceTimersByTime(1_999);
    await settle();
    expect(await cards()).toEqual([0]);
    vi.advanceTimersByTime(1);
    await settle();
    expect(await cards()).toEqual([1]);
  });

  it("is the same through IndexedDB", async () => {
    vi.stubGlobal("IDBKeyRange", IDBKeyRange);
    vault = await indexedVault(new IDBFactory());
    another("before", 1);
    const before = await opened();
    await hide();
    await until(async () => expect(await kept()).toHaveLength(1));
    before.leave();
    await tunnel();
    const { store } = await opened();
    await tunnel();
    await until(() => expect(texts(store)).toEqual(["before"]));
  });
});

describe("what is not kept", () => {
  for (const role of ["kiosk", "display", "moderator"]) {
    it(`nothing of what a ${role} sees`, async () => {
      const { store } = await opened();
      store.you.value = { .../** @type {any} */ (store.you.value), role };
      another("new", 1);
      await arrive();
      await hide();
      expect(await kept()).toEqual([]);
    });
  }

  it("nothing once the person has left this phone, nor from a page that they left", async () => {
    const { leave } = await opened();
    await hide();
    expect(await kept()).toHaveLength(1);
    leave();
    await forgetBoard("b.p1", vault);
    await hide();
    expect(await kept()).toEqual([]);
  });

  it("nothing once they may not be there any more", async () => {
    await opened();
    await hide();
    expect(await kept()).toHaveLength(1);
    world.links.at(-1)?.drop(4503);
    await settle();
    expect(await kept()).toEqual([]);
    await hide();
    expect(await kept()).toEqual([]);
  });

  it("nothing for longer than two weeks", async () => {
    const before = await opened();
    await hide();
    before.leave();
    world.now_ms += 15 * 24 * 3600_000;
    await tunnel();
    const { store } = await opened();
    await tunnel();
    expect(store.board.value).toBeNull();
    expect(await kept()).toEqual([]);
  });
});

describe("what is written", () => {
  const state = withYours(
    withEvents(
      fromSnapshot(
        boardView({
          cards: [card({ id: "c1" }), card({ id: "c2", author: "p2" })],
          comments: [{ id: "m1", card: "c1", text: "yes", author: "p2", state: "shown", at_ms: 1 }],
          reactions: { c1: /** @type {any} */ ({ heart: 2 }) },
          groups: [{ id: "g1", title: "Pair", section: null, order: 1 }],
        }),
        null,
      ),
      [],
    ),
    /** @type {any} */ ({ ballots: { r1: { c1: 2 } }, marks: { r2: { c1: [1] } }, cards: [card({ id: "c3", state: "pending" })], authored: ["c3"] }),
    true,
  );

  it("reads back as it was", () => {
    expect(read(/** @type {string} */ (written(state)))).toEqual(state);
  });

  it("reads a part that an older version did not write as empty", () => {
    const older = JSON.parse(/** @type {string} */ (written(state)));
    delete older.comments;
    expect(read(JSON.stringify(older))).toEqual({ ...state, comments: new Map() });
  });

  it("is no more than 1.5 million characters, of the newest cards", () => {
    const cards = Array.from({ length: 3_000 }, (_, at_ms) => card({ id: `c${at_ms}`, at_ms, text: "w".repeat(1_000) }));
    const comments = [0, 2_999].map((n) => ({ id: `m${n}`, card: `c${n}`, text: "yes", author: "p2", state: "shown", at_ms: 1 }));
    const text = /** @type {string} */ (written(fromSnapshot(boardView({ cards, comments: /** @type {any} */ (comments) }), null)));
    expect(text.length).toBeLessThanOrEqual(1_500_000);
    const { shared, comments: said } = read(text);
    expect(shared.size).toBe(1_000);
    expect([...shared.keys()]).toContain("c2999");
    expect([...said.keys()]).toEqual(["m2999"]);
  });
});

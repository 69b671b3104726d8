// What visitors say at a kiosk: kept before it is said, done once, never dropped, told when there is no room (LG4).
import { afterEach, describe, expect, it } from "vitest";
import { Refused } from "../../../src/core/refused.js";
import { MAX } from "../../../src/kiosk/engine/queue.js";
import { seeded } from "../../core/world.js";
import { idea, KioskWorld, quiet } from "./kioskWorld.js";

/** @type {KioskWorld} */
let kiosk;
const begin = async (seed = 1) => {
  kiosk = new KioskWorld(seed);
  await kiosk.seated();
  return kiosk;
};
afterEach(() => kiosk.close());

/** What the server took, as words. */
const texts = () => kiosk.server.taken.map(({ text, mark, card }) => text ?? `${card}:${mark}`);
/** @param {string} card @param {any} mark */
const give = (card, mark) => kiosk.engine.give("b", card, mark);

describe("what is written", () => {
  it("is kept, said, stored, and forgotten on the disk once its way home is known (LG4)", async () => {
    const { engine, server } = await begin();
    const written = await engine.write(idea("Plus de bancs"));
    expect(engine.queue.value.count).toBe(1);
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["Plus de bancs"]);
    expect(server.taken[0]).toEqual({ type: "card.add", text: "Plus de bancs", lang: "fr" });
    expect(written.state.value).toBe("stored");
    expect(server.handoffs.size).toBe(1);
    expect(engine.queue.value.count).toBe(0);
    expect((await kiosk.disk()).queue).toEqual([]);
  });

  it("waits while there is no line, also across a power cut, and is done once (LG4)", async () => {
    await begin();
    kiosk.line(false);
    const written = await kiosk.engine.write(idea("Un"));
    await kiosk.engine.write(idea("Deux"));
    await kiosk.pass(30_000);
    expect(written.state.value).toBe("queued");
    await kiosk.restart();
    expect(kiosk.engine.queue.value.count).toBe(2);
    kiosk.line(true);
    await kiosk.pass(60_000);
    expect(texts()).toEqual(["Un", "Deux"]);
    expect(kiosk.engine.queue.value.count).toBe(0);
  });

  it("is said again under its id after an answer that was lost with the power, and done once (LG4)", async () => {
    const { engine, world } = await begin();
    await engine.write(idea("Une fois"));
    await quiet();
    // given: the server heard it, and nothing came back
    for (const link of world.links) while (link.up.length > 0) link.session.receive(link.up.shift());
    expect(texts()).toEqual(["Une fois"]);
    // when
    await kiosk.restart();
    await kiosk.pass(60_000);
    // then
    expect(texts()).toEqual(["Une fois"]);
    expect(kiosk.engine.queue.value.count).toBe(0);
    expect(kiosk.server.handoffs.size).toBe(1);
  });

  it("keeps its words on the disk no longer than until it is accepted", async () => {
    const { engine, server } = await begin();
    server.answers = (_method, path) => (path.endsWith("/handoffs") ? new Refused({ code: "busy", message: "", temporary: true }) : undefined);
    await engine.write(idea("Mots d’un passant"));
    await kiosk.pass(2_000);
    const { queue } = await kiosk.disk();
    expect(queue).toHaveLength(1);
    expect(queue[0]).toMatchObject({ command: null, made: "c1" });
    expect(JSON.stringify(queue)).not.toContain("passant");
  });

  it("is the same contribution at a second press", async () => {
    const { engine } = await begin();
    const [one, other] = await Promise.all([engine.write(idea("Vite")), engine.write(idea("Vite"))]);
    expect(other).toBe(one);
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["Vite"]);
    engine.visit.end();
    await engine.write(idea("Vite")); // the next visitor may think the same
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["Vite", "Vite"]);
  });

  it("whose visitor left while it was being kept is said, and shown to nobody", async () => {
    const { engine } = await begin();
    const writing = engine.write(idea("Déjà parti"));
    engine.visit.end();
    await expect(writing).rejects.toMatchObject({ code: "visit_over" });
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["Déjà parti"]);
    expect(engine.queue.value.count).toBe(0);
  });

  it("is a rebound or a comment where it says so", async () => {
    const { engine, server } = await begin();
    await engine.write(idea("Et la nuit ?", { parents: ["c9"], verb: "adapts" }));
    await engine.write(idea("D’accord", { comment_on: "c9" }));
    await kiosk.pass(1_000);
    expect(server.taken[0]).toEqual({ type: "card.rebound", parents: ["c9"], verb: "adapts", text: "Et la nuit ?", lang: "fr" });
    expect(server.taken[1]).toEqual({ type: "comment.add", card: "c9", text: "D’accord", lang: "fr" });
  });

  it.each([
    ["text_empty", idea("  \n ")],
    ["text_too_long", idea("x".repeat(1_001))],
    ["text_too_long", idea("y".repeat(100_000))],
    ["text_too_long", idea("z".repeat(501), { comment_on: "c1" })],
    ["unknown_board", idea("Ailleurs", { board: "nowhere" })],
  ])("is refused here already: %s", async (code, words) => {
    const { engine } = await begin();
    await expect(engine.write(words)).rejects.toMatchObject({ code });
    expect(engine.queue.value.count).toBe(0);
  });

  it("counts characters as people do: a thousand emojis are a thousand", async () => {
    const { engine } = await begin();
    await engine.write(idea("🌳".repeat(1_000)));
    await expect(engine.write(idea("🌳".repeat(1_001)))).rejects.toMatchObject({ code: "text_too_long" });
  });

  it("is refused for good where the board says so, and makes room", async () => {
    const { engine, server } = await begin();
    server.refuses = () => ({ code: "forbidden" });
    const written = await engine.write(idea("Non"));
    await kiosk.pass(1_000);
    expect(written.state.value).toBe("refused");
    expect(written.problem.value).toBe("forbidden");
    expect(written.handoff.value).toBeNull();
    expect((await kiosk.disk()).queue).toEqual([]);
  });

  it("waits for a board that is locked: its author has gone home", async () => {
    const { engine, server } = await begin();
    server.refuses = () => ({ code: "locked", temporary: true });
    const written = await engine.write(idea("Plus tard"));
    await kiosk.pass(5_000);
    expect(written.state.value).toBe("queued");
    expect(written.problem.value).toBe("locked");
    await kiosk.restart();
    server.refuses = () => null;
    await kiosk.pass(60_000);
    expect(texts()).toEqual(["Plus tard"]);
    expect(kiosk.engine.queue.value.count).toBe(0);
  });

  it("becomes an idea of its own where the card it starts from is gone", async () => {
    const { engine, server } = await begin();
    server.refuses = ({ type }) => (type === "card.rebound" ? { code: "unknown_card" } : null);
    const written = await engine.write(idea("Sans parent", { parents: ["c7"] }));
    await kiosk.pass(1_000);
    expect(server.taken).toEqual([{ type: "card.add", text: "Sans parent", lang: "fr" }]);
    expect(written.state.value).toBe("stored");
  });
});

describe("how much waits", () => {
  it(`is ${MAX} at most: it says so before anybody writes, and the oldest stays (LG4)`, async () => {
    await begin();
    kiosk.line(false);
    for (let n = 0; n < MAX; n += 1) {
      expect(kiosk.engine.queue.value.full).toBe(false);
      await kiosk.engine.write(idea(`n° ${n}`));
    }
    expect(kiosk.engine.queue.value).toEqual({ count: MAX, max: MAX, full: true });
    await expect(kiosk.engine.write(idea("de trop"))).rejects.toMatchObject({ code: "queue_full" });
    expect(give("c1", "agree")).toBe(false);
    kiosk.line(true);
    await kiosk.until(() => kiosk.engine.queue.value.count === 0);
    expect(kiosk.engine.queue.value).toEqual({ count: 0, max: MAX, full: false });
    expect(texts()).toEqual(Array.from({ length: MAX }, (_, n) => `n° ${n}`));
  });

  it("says that it is full where nothing can be stored, and takes things again when that is over", async () => {
    const { engine } = await begin();
    const broken = { name: "QuotaExceededError" };
    const add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = () => {
      throw broken;
    };
    try {
      await expect(engine.write(idea("Disque plein"))).rejects.toMatchObject({ code: "not_kept" });
      expect(engine.queue.value).toMatchObject({ count: 0, full: true });
    } finally {
      IDBObjectStore.prototype.add = add;
    }
    await kiosk.pass(60_000);
    expect(engine.queue.value.full).toBe(false);
    await engine.write(idea("Disque plein"));
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["Disque plein"]);
  });

  it("makes room of what nobody can receive any more", async () => {
    const { server } = await begin();
    const [own] = kiosk.seat().boards;
    server.seats = [own, { ...own, board: "z", participant: "kiosk-z" }];
    await kiosk.pass(60_000);
    kiosk.line(false);
    for (let n = 0; n < MAX; n += 1) await kiosk.engine.write(idea(`n° ${n}`, { board: "z" }));
    server.seats = null; // z is out of the lab
    kiosk.web = true;
    await kiosk.until(() => kiosk.engine.boards.value.length === 1);
    expect(kiosk.engine.queue.value.full).toBe(true);
    await kiosk.engine.write(idea("Ici"));
    kiosk.line(true);
    await kiosk.until(() => kiosk.engine.queue.value.count === MAX - 1);
    expect(texts()).toEqual(["Ici"]);
  });
});

describe("an opinion", () => {
  it("may change while its visitor looks at the card, and goes out when they leave it", async () => {
    const { engine } = await begin();
    expect(give("c1", "agree")).toBe(true);
    expect(give("c1", "disagree")).toBe(true);
    await kiosk.pass(5_000);
    expect(engine.given.value).toEqual(new Map([["c1", "disagree"]]));
    expect(texts()).toEqual([]);
    engine.leaveCard();
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["c1:disagree"]);
    expect(give("c1", "agree")).toBe(false); // one a visit
    engine.visit.end();
    expect(engine.given.value.size).toBe(0);
    expect(give("c1", "agree")).toBe(true);
  });

  it("is gone when it was taken back", async () => {
    const { engine } = await begin();
    give("c1", "4");
    await quiet();
    give("c1", null);
    engine.leaveCard();
    await kiosk.pass(1_000);
    expect(texts()).toEqual([]);
    expect(engine.queue.value.count).toBe(0);
    expect((await kiosk.disk()).queue).toEqual([]);
  });

  it("that was held when the power went is said when it comes back, once (LG4)", async () => {
    await begin();
    give("c1", "heart");
    give("c2", "spark");
    await quiet();
    await kiosk.restart();
    await kiosk.pass(5_000);
    await kiosk.restart();
    await kiosk.pass(5_000);
    expect(texts()).toEqual(["c1:heart", "c2:spark"]);
  });

  it("survives fifty touches a second: what is said is the last one", async () => {
    const { engine } = await begin();
    const marks = /** @type {const} */ (["agree", "pass", "disagree"]);
    for (let n = 0; n < 500; n += 1) give("c1", marks[n % 3] ?? "agree");
    engine.leaveCard();
    await kiosk.pass(1_000);
    expect(texts()).toEqual(["c1:pass"]);
    expect(engine.queue.value.count).toBe(0);
  });
});

describe("whatever happens", () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`nothing is lost, doubled or out of order (LG4; seed ${seed})`, async () => {
      await begin(seed);
      const random = seeded(seed);
      /** @type {string[]} */
      const said = [];
      for (let n = 0; n < 40; n += 1) {
        const chance = random();
        if (chance < 0.5) {
          const text = `idée ${n}`;
          await kiosk.engine.write(idea(text));
          said.push(text);
        } else if (chance < 0.6) {
          give(`c${n}`, "agree");
          said.push(`c${n}:agree`);
          await quiet();
        } else if (chance < 0.7) kiosk.engine.visit.end();
        else if (chance < 0.8) await kiosk.restart();
        else if (chance < 0.9) kiosk.line(random() < 0.5);
        else kiosk.server.failing = Math.floor(random() * 5);
        if (random() < 0.5) await kiosk.pass(random() * 3_000);
        else for (let step = 0; step < 3; step += 1) kiosk.world.step();
      }
      kiosk.engine.visit.end();
      kiosk.line(true);
      await kiosk.until(() => kiosk.engine.queue.value.count === 0);
      expect([...texts()].sort()).toEqual([...said].sort());
      expect((await kiosk.disk()).queue).toEqual([]);
      const ideas = said.filter((text) => text.startsWith("idée"));
      expect(kiosk.server.handoffs.size).toBe(ideas.length);
    });
  }
});

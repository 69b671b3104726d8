// Who a screen is: paired by a code, told each minute what it shows, nothing any more once it is revoked; and a page that stays young.
import { afterEach, describe, expect, it } from "vitest";
import { Refused } from "../../../src/core/refused.js";
import { idea, KioskWorld } from "./kioskWorld.js";

/** @type {KioskWorld} */
let kiosk;
/** @param {string} [address] @param {boolean} [there] */
const open = async (address, there = true) => {
  kiosk = new KioskWorld(1, address);
  kiosk.world.reachable = there;
  await kiosk.pass(1_000);
  return kiosk;
};
afterEach(() => kiosk.close());

const refusal = (/** @type {string} */ code, temporary = false) => new Refused({ code, message: "", temporary });
const seatOf = () => kiosk.engine.seat.value;

/** A server at which screens are paired; a moderator `confirms`. */
function pairing() {
  const made = { pairings: 0, confirmed: false, expired: false };
  kiosk.server.answers = (_method, path, body) => {
    if (path.endsWith("/pairings")) {
      made.pairings += 1;
      made.expired = false;
      return { pairing: `p${made.pairings}`, code: `CODE${made.pairings}`, secret: "s", expires_ms: 9e15, retry_after_ms: 2_000 };
    }
    if (!path.includes("/pairings/")) return undefined;
    if (made.expired || body.secret !== "s") return refusal("not_found");
    return made.confirmed ? { board: "b", participant: "kiosk-b", token: "PAIRED" } : refusal("waiting_for_approval", true);
  };
  return made;
}

describe("pairing", () => {
  it("asks for the board, shows a code, and is seated once a moderator has typed it", async () => {
    await open("/kiosk");
    expect(seatOf()).toEqual({ is: "none", problem: null });
    const made = pairing();
    await kiosk.engine.pairing.begin("KITE7");
    expect(seatOf()).toMatchObject({ is: "pairing", code: "CODE1" });
    await kiosk.pass(10_000);
    expect(seatOf()).toMatchObject({ is: "pairing", code: "CODE1" });
    made.confirmed = true;
    await kiosk.pass(5_000);
    expect(seatOf()).toMatchObject({ is: "seated", name: "Vitrine", hasPin: false });
    expect(kiosk.engine.boards.value.map(({ id }) => id)).toEqual(["b"]);
    expect(kiosk.engine.online.value).toBe(true);
  });

  it("a code that nobody typed in time is replaced by another", async () => {
    await open("/kiosk");
    const made = pairing();
    await kiosk.engine.pairing.begin("KITE7");
    made.expired = true;
    await kiosk.pass(5_000);
    expect(seatOf()).toMatchObject({ is: "pairing", code: "CODE2" });
  });

  it("says which board is unknown, and goes on trying where it is only the line", async () => {
    await open("/kiosk");
    kiosk.server.answers = () => refusal("unknown_board");
    await kiosk.engine.pairing.begin("NOPE1");
    expect(seatOf()).toEqual({ is: "none", problem: "unknown_board" });
    kiosk.line(false);
    await kiosk.engine.pairing.begin("KITE7");
    expect(seatOf()).toMatchObject({ is: "pairing", code: null, problem: "unreachable" });
    pairing();
    kiosk.line(true);
    await kiosk.until(() => /** @type {any} */ (seatOf()).code !== null);
    kiosk.engine.pairing.cancel();
    expect(seatOf()).toEqual({ is: "none", problem: null });
  });

  it("an address with the board's code asks by itself; the address of another board is another pairing", async () => {
    await open("/kiosk/b#t=TOKEN");
    expect(location.hash).toBe("");
    expect(seatOf()).toMatchObject({ is: "seated" });
    history.replaceState(null, "", "/kiosk/CODEB");
    await kiosk.restart();
    expect(seatOf()).toMatchObject({ is: "seated" });
    history.replaceState(null, "", "/kiosk/OTHER");
    pairing();
    await kiosk.restart();
    expect(seatOf()).toMatchObject({ is: "pairing", code: "CODE1" });
  });
});

describe("the seat", () => {
  it("is reported each minute, with what waits, and goes on after a line that was away", async () => {
    await open();
    const { reports } = kiosk.server;
    expect(reports).toHaveLength(1);
    kiosk.line(false);
    await kiosk.engine.write(idea("un"));
    await kiosk.pass(600_000);
    expect(reports).toHaveLength(1);
    kiosk.web = true;
    await kiosk.pass(180_000);
    expect(reports.length).toBeGreaterThanOrEqual(3);
    expect(reports.length).toBeLessThanOrEqual(5);
    expect(reports.at(-1)).toEqual({ build: null, queued: 1, preview: false });
  });

  it("a kiosk that starts without a line shows what it last saw, and takes what is said", async () => {
    await open();
    await kiosk.engine.write(idea("vu"));
    await kiosk.pass(61_000);
    kiosk.line(false);
    await kiosk.restart();
    await kiosk.pass(1_000);
    const [board] = kiosk.engine.boards.value;
    expect(seatOf()).toMatchObject({ is: "seated", name: "Vitrine" });
    expect(board?.line.value).not.toBe("live");
    expect([...(board?.cards.value.values() ?? [])].map(({ text }) => text)).toEqual(["vu"]);
    await kiosk.engine.write(idea("hors ligne"));
    kiosk.line(true);
    await kiosk.until(() => kiosk.server.taken.length === 2);
  });

  it("given a power cut as soon as a board was first told, and no line after it, then it shows what it was told", async () => {
    kiosk = new KioskWorld();
    await kiosk.arrive();
    expect(kiosk.engine.boards.value[0]?.line.value).toBe("live");
    kiosk.line(false);
    await kiosk.restart();
    const [board] = kiosk.engine.boards.value;
    expect(board?.line.value).not.toBe("live");
    expect(board?.state.value).not.toBeNull();
  });

  it("a revoked kiosk shows nothing any more, forgets what it saw, and asks to be paired", async () => {
    await open();
    await kiosk.pass(61_000);
    expect((await kiosk.disk()).states).toHaveLength(1);
    const asked = [refusal("removed")];
    const made = pairing();
    const { answers } = kiosk.server;
    kiosk.server.answers = (...what) => (what[1].endsWith("/seat") && asked.length > 0 ? asked.shift() : answers(...what));
    await kiosk.pass(61_000);
    expect(made.pairings).toBe(1);
    expect(seatOf()).toMatchObject({ is: "pairing", code: "CODE1" });
    expect(kiosk.engine.boards.value).toEqual([]);
    const { states, devices, queue } = await kiosk.disk();
    expect([states, devices, queue]).toEqual([[], [], []]);
  });

  it("a kiosk that is sent away by a board asks at once what it is now", async () => {
    await open();
    const before = kiosk.server.reports.length;
    kiosk.server.answers = (_method, path) => (path.endsWith("/seat") ? refusal("removed") : undefined);
    kiosk.touch();
    for (const link of kiosk.world.links) link.drop(4503);
    await kiosk.pass();
    expect(kiosk.engine.visit.active.value).toBe(false);
    expect(seatOf().is).not.toBe("seated");
    expect(kiosk.engine.boards.value).toEqual([]);
    expect(kiosk.server.reports).toHaveLength(before);
  });

  it("a kiosk was given something, a moderator has set how all behave, or the line is back: it asks at once what it is now, and once", async () => {
    await open();
    const { reports } = kiosk.server;
    kiosk.server.idle_s = 30;
    kiosk.server.happens({ type: "kiosk.seats_changed" });
    await kiosk.pass();
    expect(reports).toHaveLength(2);
    expect(seatOf()).toMatchObject({ settings: { idle_s: 30 } });
    kiosk.server.idle_s = 45;
    kiosk.server.happens({ type: "kiosk.settings_changed", settings: { idle_s: 45, keyboard: null } });
    await kiosk.pass();
    expect(reports).toHaveLength(3);
    expect(seatOf()).toMatchObject({ settings: { idle_s: 45 } });
    kiosk.line(false);
    await kiosk.pass(20_000);
    kiosk.server.idle_s = 90;
    kiosk.server.happens({ type: "kiosk.seats_changed" });
    kiosk.line(true);
    await kiosk.until(() => kiosk.engine.online.value);
    expect(seatOf()).toMatchObject({ settings: { idle_s: 90 } });
    expect(reports.length).toBeLessThanOrEqual(5);
  });

  it("only the board it was paired with says who it is", async () => {
    const at = (/** @type {string} */ id) => ({ board: id, code: id, title: id, locale: "fr", join_url: id, participant: id, token: "T" });
    kiosk = new KioskWorld();
    kiosk.server.seats = [at("lab"), at("shop")];
    await kiosk.seated();
    const { reports } = kiosk.server;
    const asks = [];
    for (const line of [...kiosk.server.sessions]) {
      const before = reports.length;
      line.send({ type: "events", seq: 1, events: [{ type: "kiosk.seats_changed" }] });
      await kiosk.pass();
      asks.push(reports.length - before);
    }
    expect(asks.sort()).toEqual([0, 1]);
  });

  it("what waits when a kiosk is revoked goes out when it is paired again, under a new device (LG4)", async () => {
    await open();
    kiosk.line(false);
    await kiosk.engine.write(idea("en attente"));
    await kiosk.engine.staff.unpair();
    expect(seatOf()).toEqual({ is: "none", problem: null });
    expect(kiosk.engine.queue.value.count).toBe(1);
    const made = pairing();
    made.confirmed = true;
    const before = kiosk.seat().boards[0];
    kiosk.server.seats = [{ ...before, participant: "kiosk-new" }];
    kiosk.line(true);
    await kiosk.engine.pairing.begin("KITE7");
    await kiosk.until(() => kiosk.engine.queue.value.count === 0);
    expect(kiosk.server.taken.map(({ text }) => text)).toEqual(["en attente"]);
  });

  it("boards come and go with the lab, and a fresh token is no other board", async () => {
    await open();
    const [own] = kiosk.seat().boards;
    const [before] = kiosk.engine.boards.value;
    const state = seatOf();
    kiosk.server.seats = [{ ...own, token: "NEWER" }];
    await kiosk.pass(61_000);
    expect(kiosk.engine.boards.value[0]).toBe(before);
    expect(seatOf()).toBe(state);
    kiosk.server.seats = [own, { ...own, board: "z", participant: "kiosk-z" }];
    await kiosk.pass(61_000);
    expect(kiosk.engine.boards.value.map(({ id }) => id)).toEqual(["b", "z"]);
    expect(kiosk.engine.boards.value[0]).toBe(before);
    kiosk.server.seats = [own];
    await kiosk.pass(61_000);
    expect(kiosk.engine.boards.value).toHaveLength(1);
    expect((await kiosk.disk()).states).toHaveLength(1);
    expect(kiosk.world.links.filter(({ state }) => state === "open")).toHaveLength(1);
  });

  it("tells the server's time, whatever the clock on the wall says", async () => {
    await open();
    const real = Date.now;
    Date.now = () => real() + 1e12;
    expect(Math.abs(kiosk.engine.now_ms() - kiosk.world.now_ms)).toBeLessThan(5_000);
    Date.now = real;
  });

  it("another window takes over: this one says so and falls silent", async () => {
    await open();
    const other = new BroadcastChannel(kiosk.database);
    other.postMessage("another");
    await kiosk.until(() => seatOf().is === "elsewhere");
    other.close();
    expect(kiosk.engine.boards.value).toEqual([]);
    const { length } = kiosk.server.reports;
    await kiosk.pass(180_000);
    expect(kiosk.server.reports).toHaveLength(length);
  });
});

describe("a new build", () => {
  const serve = (/** @type {string} */ build, /** @type {string} */ html) => {
    kiosk.server.build = build;
    kiosk.html = html;
  };
  const OTHER = "<script src='/assets/kiosk-2.js'>";

  it("the page knows which one it is, and says so", async () => {
    await open();
    serve("one", kiosk.loaded);
    await kiosk.pass(125_000);
    expect(kiosk.server.reports.at(-1)).toEqual({ build: "one", queued: 0, preview: false });
    expect(kiosk.reloads).toBe(0);
  });

  it("is loaded between visitors, never under a finger, and the page that goes takes no touch", async () => {
    await open();
    document.body.inert = false;
    serve("two", OTHER);
    for (let n = 0; n < 30; n += 1) {
      kiosk.touch();
      await kiosk.pass(5_000);
    }
    expect([kiosk.reloads, document.body.inert]).toEqual([0, false]);
    kiosk.engine.visit.end();
    await kiosk.pass();
    expect([kiosk.reloads, document.body.inert]).toEqual([1, true]);
  });

  it("is tried once: a page that stays as it was does not go round in circles", async () => {
    await open();
    serve("two", OTHER);
    await kiosk.pass(61_000);
    expect(kiosk.reloads).toBe(1);
    await kiosk.restart();
    await kiosk.pass(300_000);
    expect(kiosk.reloads).toBe(1);
  });

  it("the page is loaded anew once a day, where the line is there", async () => {
    await open();
    kiosk.line(false);
    kiosk.world.advance(25 * 3_600_000);
    await kiosk.pass(60_000);
    expect(kiosk.reloads).toBe(0);
    kiosk.line(true);
    await kiosk.pass(120_000);
    expect(kiosk.reloads).toBe(1);
  });
});

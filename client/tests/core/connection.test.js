// The line: HB5 (silence is death), HB7 (wait as told, then jitter), HB9 (the close code decides).
import { describe, expect, it } from "vitest";
import { CLOSES } from "@protocol/generated/tables.js";
import { Connection, FINAL } from "../../src/core/connection.js";
import { World } from "./world.js";

function line() {
  const world = new World(3);
  /** @type {string[]} */
  const heard = [];
  const connection = new Connection(
    "ws://test",
    {
      opened: () => heard.push("opened"),
      received: (frame) => heard.push(frame.type),
      closed: (failures) => heard.push(`closed ${failures}`),
      ended: (code) => heard.push(`ended ${code}`),
    },
    world.surroundings,
  );
  connection.start();
  return { world, heard, connection, last: () => /** @type {import("./world.js").Link} */ (world.links[world.links.length - 1]) };
}

describe("closing", () => {
  it("HB9: knows the final closes of the protocol's table, and no others", () => {
    const final = Object.entries(CLOSES).filter(([, row]) => !row.resumable);
    expect(FINAL).toEqual(Object.fromEntries(final.map(([name, { number }]) => [number, name])));
  });

  for (const [name, { number, resumable }] of Object.entries(CLOSES)) {
    it(`HB9: after ${name} it ${resumable ? "comes back" : "stays away"}`, () => {
      const { world, heard, last } = line();
      world.step();
      last().drop(number);
      world.advance(60_000);
      expect(heard.includes(`ended ${name}`)).toBe(!resumable);
      expect(world.links.length > 1).toBe(resumable);
    });
  }

  it("HB7: waits as long as `bye` says before its random delay", () => {
    const { world, connection, last } = line();
    world.step();
    connection.leave("draining", 3_000);
    last().drop(4001);
    world.advance(2_999);
    expect(world.links).toHaveLength(1);
    world.advance(1_000);
    expect(world.links).toHaveLength(2);
  });

  it("ends where `bye` says not to come back, whatever number the close carries", () => {
    const { world, heard, connection, last } = line();
    world.step();
    connection.leave("removed", null);
    last().drop(1006);
    world.advance(60_000);
    expect(heard).toContain("ended removed");
    expect(world.links).toHaveLength(1);
  });

  it("backs off with full jitter under a growing ceiling", () => {
    const { world } = line();
    world.reachable = false;
    /** @type {number[]} */
    const opened_ms = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      world.step();
      const before = world.links.length;
      const start_ms = world.now_ms;
      while (world.links.length === before) world.advance(10);
      opened_ms.push(world.now_ms - start_ms);
    }
    expect(Math.max(...opened_ms)).toBeLessThanOrEqual(15_010);
    opened_ms.slice(0, 5).forEach((wait_ms, attempt) => expect(wait_ms).toBeLessThanOrEqual(500 * 2 ** attempt + 10));
    expect(new Set(opened_ms).size).toBeGreaterThan(6);
  });
});

describe("silence", () => {
  it("HB5: two beats without a frame and the line is dead", () => {
    const { world, heard, last } = line();
    world.step();
    last().down.push({ type: "beat", seq: 1 });
    world.step();
    world.advance(19_999);
    expect(heard).toEqual(["opened", "beat"]);
    world.advance(1);
    expect(heard).toContain("closed 1");
  });

  it("asks at once when the phone wakes up, and gives the line five seconds", () => {
    const { world, heard, connection, last } = line();
    world.step();
    last().down.push({ type: "beat", seq: 1 });
    world.step();
    connection.probe();
    expect(last().up.at(-1)).toEqual({ type: "ping" });
    world.advance(5_000);
    expect(heard).toContain("closed 1");
  });

  it("does not wait out its delay when the network comes back", () => {
    const { world, connection, last } = line();
    world.step();
    last().drop(1006);
    connection.probe();
    expect(world.links).toHaveLength(2);
  });
});

describe("large frames", () => {
  /** @param {string} type @param {number} [chars] */
  const frame = (type, chars = 0) => ({ type, words: "w".repeat(chars) });
  const LARGE = 40_000;

  it("a board's snapshot is heard tasks later, and whatever came meanwhile after it, in order", () => {
    const { world, heard, last } = line();
    world.step();
    last().down.push(frame("welcome"), frame("snapshot", LARGE), frame("yours"), frame("events"), frame("events", LARGE), frame("beat"));
    while (world.step());
    expect(heard).toEqual(["opened", "welcome"]);
    for (let turn = 0; turn < 3; turn += 1) world.advance(0);
    expect(heard.slice(2)).toEqual(["snapshot", "yours", "events", "events", "beat"]);
    last().down.push(frame("presence"));
    while (world.step());
    expect(heard.at(-1)).toBe("presence");
  });

  it("what had arrived before the line closed is heard before the close", () => {
    const { world, heard, last } = line();
    world.step();
    last().down.push(frame("snapshot", LARGE), frame("bye"));
    while (world.step());
    last().drop(4001);
    expect(heard).toEqual(["opened", "snapshot", "bye", "closed 1"]);
    world.advance(0);
    expect(heard).toHaveLength(4);
  });

  it("what waits on a line that is given up is not heard on the next", () => {
    const { world, heard, connection, last } = line();
    world.step();
    last().down.push(frame("snapshot", LARGE), frame("events"));
    while (world.step());
    connection.reopen();
    world.advance(1_000);
    while (world.step());
    expect(heard).toEqual(["opened", "closed 0", "opened"]);
  });
});

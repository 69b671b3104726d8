// The way home: a secret that nobody keeps, registered once what it stands for is there, and forgotten by the screen at once.
import decodeQR from "qr/decode.js";
import { afterEach, describe, expect, it } from "vitest";
import { Refused } from "../../../src/core/refused.js";
import { qrPath, secretAndKey } from "../../../src/kiosk/engine/handoff.js";
import { idea, keyOf, KioskWorld } from "./kioskWorld.js";

/** @type {KioskWorld} */
let kiosk;
const begin = async () => {
  kiosk = new KioskWorld();
  await kiosk.seated();
  return kiosk;
};
afterEach(() => kiosk?.close());

const refusal = (/** @type {string} */ code, temporary = false) => new Refused({ code, message: "", temporary });
/** @param {(tried: number) => any} answer */
const handoffsAnswer = (answer) => {
  let tried = 0;
  kiosk.server.answers = (_method, path) => (path.endsWith("/handoffs") ? answer((tried += 1)) : undefined);
};

describe("secret and code", () => {
  it("a secret has 192 bits, and its key is its SHA-256 in base64url without padding", async () => {
    const { secret, key } = secretAndKey();
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(key).toBe(await keyOf(secret));
    expect(secretAndKey().secret).not.toBe(secret);
  });

  it("the path that is drawn is the code that a phone reads", () => {
    const link = `https://labo.example.org/j/KITE7#h=${secretAndKey().secret}`;
    const { size, path } = qrPath(link);
    const scale = 4;
    const side = size * scale;
    const data = new Uint8ClampedArray(side * side * 4).fill(255);
    for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let across = Number(x) * scale; across < (Number(x) + Number(length)) * scale; across += 1) {
        for (let down = Number(y) * scale; down < (Number(y) + 1) * scale; down += 1) {
          data.fill(0, (down * side + across) * 4, (down * side + across) * 4 + 3);
        }
      }
    }
    expect(decodeQR({ width: side, height: side, data })).toBe(link);
  });
});

describe("at the kiosk", () => {
  it("the code is there at once, and good as soon as the server knows of it", async () => {
    const { engine, server } = await begin();
    const written = await engine.write(idea("Un banc"));
    const handoff = written.handoff.value;
    expect(handoff?.link).toMatch(/^http:\/\/h\/j\/CODEb#h=[\w-]{32}$/);
    expect(handoff?.ready.value).toBe(false);
    await kiosk.pass(1_000);
    expect(handoff?.ready.value).toBe(true);
    expect(handoff?.left_s()).toBeGreaterThan(590);
    const secret = handoff?.link.split("#h=")[1] ?? "";
    expect([...server.handoffs]).toEqual([[await keyOf(secret), "c1"]]);
  });

  it("is registered after a line that was away, and after a power cut", async () => {
    await begin();
    kiosk.line(false);
    const written = await kiosk.engine.write(idea("Hors ligne"));
    expect(written.handoff.value?.qr.size).toBeGreaterThan(30);
    await kiosk.restart();
    kiosk.line(true);
    await kiosk.until(() => kiosk.server.handoffs.size === 1);
    expect(kiosk.engine.queue.value.count).toBe(0);
  });

  it("is tried again while the server is busy, and kept with what was written until it is done", async () => {
    const { engine } = await begin();
    handoffsAnswer((tried) => (tried < 5 ? refusal("busy", true) : undefined));
    const written = await engine.write(idea("Patience"));
    await kiosk.pass(1_000);
    expect(engine.queue.value.count).toBe(1);
    await kiosk.until(() => engine.queue.value.count === 0);
    expect(written.handoff.value?.ready.value).toBe(true);
  });

  it("is given up where the server says no, and no code is shown any more", async () => {
    const { engine } = await begin();
    handoffsAnswer(() => refusal("not_yours"));
    const written = await engine.write(idea("Non"));
    await kiosk.pass(1_000);
    expect(written.state.value).toBe("stored");
    expect(written.handoff.value).toBeNull();
    expect(engine.queue.value.count).toBe(0);
  });

  it("is given up in the end where the server never can, and makes room", async () => {
    const { engine } = await begin();
    handoffsAnswer(() => refusal("unavailable", true));
    await engine.write(idea("Jamais"));
    await kiosk.pass(1_000);
    for (let minute = 0; minute < 70; minute += 1) await kiosk.pass(60_000);
    expect(engine.queue.value.count).toBe(0);
  });

  it("whoever stands here goes before those of this morning", async () => {
    const { engine, server } = await begin();
    handoffsAnswer(() => refusal("busy", true));
    await engine.write(idea("ce matin"));
    await kiosk.pass(1_000);
    engine.visit.end();
    await engine.write(idea("maintenant"));
    await kiosk.pass(1_000);
    server.answers = () => undefined;
    await kiosk.until(() => server.handoffs.size === 2);
    expect([...server.handoffs.values()]).toEqual(["c2", "c1"]);
  });

  it("runs out after ten minutes", async () => {
    const { engine } = await begin();
    const written = await engine.write(idea("Lent"));
    await kiosk.pass(5_000);
    for (let minute = 0; minute < 10; minute += 1) {
      engine.visit.stay();
      await kiosk.pass(60_000);
    }
    expect(written.handoff.value).toBeNull();
  });

  it("the kiosk forgets at once: neither screen nor disk has the secret when the visit is over", async () => {
    const { engine } = await begin();
    kiosk.line(false);
    const written = await engine.write(idea("Secret"));
    const secret = written.handoff.value?.link.split("#h=")[1] ?? "?";
    expect(JSON.stringify(await kiosk.disk())).not.toContain(secret);
    engine.visit.end();
    expect(written.handoff.value).toBeNull();
    kiosk.line(true);
    await kiosk.until(() => kiosk.server.handoffs.size === 1);
    expect(JSON.stringify(await kiosk.disk())).not.toContain(secret);
    expect(written.handoff.value).toBeNull();
  });
});

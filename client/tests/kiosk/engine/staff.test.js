// The staff's door: a PIN checked without a line, wrong tries that cost ever more, a screen that can be cleaned; and reading aloud.
import { setImmediate } from "node:timers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSpeech, inPieces } from "../../../src/kiosk/engine/speech.js";
import { base64, KioskWorld } from "./kioskWorld.js";

/** @type {KioskWorld} */
let kiosk;
const ROUNDS = 1_000;
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** What the server tells of a PIN, by the platform's own PBKDF2. */
async function pinOf(digits = "4711") {
  const salt = bytes("a salt of sixteen");
  const secret = await crypto.subtle.importKey("raw", bytes(digits), "PBKDF2", false, ["deriveBits"]);
  const hash = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, secret, 256);
  return { salt: base64(salt.buffer), rounds: ROUNDS, hash: base64(hash) };
}

/** @param {any} [check] */
const open = async (check = pinOf()) => {
  const pin = await check; // before the kiosk asks
  kiosk = new KioskWorld();
  kiosk.server.pin = pin;
  await kiosk.seated();
  return kiosk.engine.staff;
};
afterEach(() => kiosk?.close());

describe("the PIN", () => {
  it("opens, without a line too", async () => {
    const staff = await open();
    kiosk.line(false);
    staff.ask();
    expect(staff.state.value).toBe("asking");
    expect(await staff.check("1234")).toBe(false);
    expect(staff.state.value).toBe("asking");
    expect(await staff.check("4711")).toBe(true);
    expect(staff.state.value).toBe("open");
    expect(staff.wrong.value).toBe(0);
    staff.close();
    expect(staff.state.value).toBe("closed");
  });

  it("is not asked for where none was set", async () => {
    const staff = await open(null);
    staff.ask();
    expect(staff.state.value).toBe("open");
  });

  it("wrong tries cost ever longer waits, the right one too, and a reload shortens none", async () => {
    let staff = await open();
    staff.ask();
    for (let n = 0; n < 2; n += 1) await staff.check("0000");
    expect(staff.wait_s.value).toBe(0);
    await staff.check("0000");
    expect(staff.wait_s.value).toBe(15);
    expect(await staff.check("4711")).toBe(false);
    await kiosk.pass(16_000);
    await staff.check("0000");
    expect(staff.wait_s.value).toBe(30);
    await kiosk.restart();
    staff = kiosk.engine.staff;
    expect(staff.wait_s.value).toBe(30);
    for (let n = 0; n < 20; n += 1) {
      kiosk.world.advance(16 * 60_000);
      await staff.check("0000");
    }
    expect(staff.wait_s.value).toBe(15 * 60);
    kiosk.world.advance(16 * 60_000);
    staff.ask();
    expect(await staff.check("4711")).toBe(true);
  });

  it("that one has to wait is said once it is written down, and the try is over with it", async () => {
    const staff = await open();
    staff.ask();
    for (let n = 0; n < 2; n += 1) await staff.check("0000");
    let over = false;
    const told = new Promise((tell) => {
      staff.wait_s.subscribe((left_s) => left_s > 0 && setImmediate(() => tell(over)));
    });
    const trying = staff.check("0000").then(() => (over = true));
    expect(await told).toBe(true);
    expect(staff.state.value).toBe("asking");
    await trying;
  });

  it("another one, and whoever was in by the one before is out, and does not come in by it again", async () => {
    const staff = await open();
    const another = await pinOf("2468");
    staff.ask();
    await staff.check("4711");
    kiosk.server.pin = another;
    kiosk.server.happens({ type: "kiosk.seats_changed" });
    await kiosk.pass();
    expect(staff.state.value).toBe("closed");
    staff.ask();
    expect(await staff.check("4711")).toBe(false);
    expect(await staff.check("2468")).toBe(true);
    await kiosk.pass(61_000);
    expect(staff.state.value, "the same one again shuts nobody out").toBe("open");
  });

  it("who opened the door and went away leaves it shut", async () => {
    const staff = await open();
    staff.ask();
    await staff.check("4711");
    kiosk.world.advance(120_000);
    expect(staff.state.value).toBe("closed");
  });
});

describe("cleaning", () => {
  it("wipes, counts down in sight, takes no touch, and ends by itself", async () => {
    const staff = await open();
    kiosk.touch();
    staff.clean(30);
    expect(kiosk.engine.visit.active.value).toBe(false);
    expect(staff.cleaning_s.value).toBe(30);
    kiosk.touch();
    expect(kiosk.engine.visit.active.value).toBe(false);
    kiosk.world.advance(10_000);
    expect(staff.cleaning_s.value).toBe(20);
    kiosk.world.advance(21_000);
    expect(staff.cleaning_s.value).toBeNull();
    kiosk.touch();
    expect(kiosk.engine.visit.active.value).toBe(true);
  });
});

describe("reading aloud", () => {
  const voice = (/** @type {string} */ lang, localService = true) => ({ lang, localService, name: lang });
  const synthesis = () => {
    /** @type {any[]} */
    const spoken = [];
    vi.stubGlobal("SpeechSynthesisUtterance", class {
      /** @param {string} text */
      constructor(text) {
        this.text = text;
      }
    });
    const voices = [voice("fr_FR"), voice("de-DE", false)];
    return { spoken, getVoices: () => voices, speak: (/** @type {any} */ one) => spoken.push(one), cancel: () => spoken.splice(0) };
  };

  it("is offered for languages this device can speak by itself", () => {
    const surroundings = /** @type {any} */ ({ page: { speechSynthesis: synthesis() } });
    const speech = createSpeech({ surroundings });
    expect(speech.available("fr")).toBe(true);
    expect(speech.available("de")).toBe(false); // read on another machine: words would leave the kiosk
    expect(speech.available("en")).toBe(false);
    expect(createSpeech({ surroundings: /** @type {any} */ ({ page: {} }) }).available("fr")).toBe(false);
  });

  it("says a long text piece by piece, tells when it is over, and stops at once", () => {
    const engine = synthesis();
    const speech = createSpeech({ surroundings: /** @type {any} */ ({ page: { speechSynthesis: engine } }) });
    speech.say("Première phrase. Deuxième phrase.", "fr");
    expect(engine.spoken.map(({ text }) => text)).toEqual(["Première phrase.", "Deuxième phrase."]);
    expect(speech.speaking.value).toBe(true);
    engine.spoken[1].onend();
    expect(speech.speaking.value).toBe(false);
    speech.say("Encore.", "fr");
    speech.stop();
    expect(engine.spoken).toEqual([]);
    expect(speech.speaking.value).toBe(false);
  });

  it("loses no word in between", () => {
    const text = `${"mot ".repeat(200)}fin. Puis… autre chose : encore !`;
    const pieces = inPieces(text);
    expect(pieces.join(" ").split(/\s+/)).toEqual(text.split(/\s+/));
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(180);
  });
});

// One visitor after another: a countdown that can be seen and extended, and then nothing of anybody.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COUNT_FROM_S } from "../../../src/kiosk/engine/visit.js";
import { idea, KioskWorld } from "./kioskWorld.js";

/** @type {KioskWorld} */
let kiosk;
beforeEach(async () => {
  document.body.innerHTML = "";
  kiosk = new KioskWorld();
  await kiosk.seated();
});
afterEach(() => kiosk.close());

/** Untouched, without what the line does meanwhile. @param {number} for_s */
const wait = (for_s) => kiosk.world.advance(for_s * 1_000);

describe("a visit", () => {
  it("begins with a touch, and asks after a minute without one", () => {
    const { visit } = kiosk.engine;
    expect(visit.active.value).toBe(false);
    kiosk.touch();
    expect(visit.active.value).toBe(true);
    expect(visit.number.value).toBe(1);
    wait(59);
    expect(visit.left_s.value).toBeNull();
    wait(2);
    expect(visit.left_s.value).toBeGreaterThan(COUNT_FROM_S - 3);
  });

  it("can be extended for twenty seconds with one touch of what it says, and with nothing else (WCAG 2.2.1)", () => {
    const { visit } = kiosk.engine;
    kiosk.touch();
    wait(60 + COUNT_FROM_S - 1);
    expect(visit.left_s.value).toBe(1);
    kiosk.touch();
    expect(visit.left_s.value).toBe(1);
    visit.stay();
    expect(visit.left_s.value).toBeNull();
    wait(50);
    expect(visit.active.value).toBe(true);
  });

  it("is over when nobody answers, and the next touch is the next visit", () => {
    const { visit } = kiosk.engine;
    kiosk.touch();
    wait(60 + COUNT_FROM_S + 1);
    expect(visit.active.value).toBe(false);
    expect(visit.left_s.value).toBeNull();
    kiosk.touch();
    expect(visit.number.value).toBe(2);
  });

  it("lasts as long as the moderator says", async () => {
    kiosk.server.idle_s = 10;
    await kiosk.pass(60_000);
    kiosk.touch();
    wait(12);
    expect(kiosk.engine.visit.left_s.value).toBeGreaterThan(15);
  });

  it("knows no clock on the wall: a year forward and back changes nothing", () => {
    const { visit } = kiosk.engine;
    const real = Date.now;
    kiosk.touch();
    wait(30);
    Date.now = () => real() + 365 * 24 * 3_600_000;
    wait(10);
    Date.now = () => real() - 365 * 24 * 3_600_000;
    wait(10);
    Date.now = real;
    expect(visit.active.value).toBe(true);
    expect(visit.left_s.value).toBeNull();
  });
});

describe("between visitors", () => {
  it("fields, focus, scroll, history and look are wiped, and screens are told", async () => {
    const { engine } = kiosk;
    document.body.innerHTML = "<div id='list' style='overflow:auto'><textarea></textarea><input autocomplete='off'></div>";
    const [field, input] = [document.querySelector("textarea"), document.querySelector("input")];
    const list = /** @type {HTMLElement} */ (document.getElementById("list"));
    let told = 0;
    const stop = engine.visit.onWipe(() => (told += 1));
    kiosk.touch();
    if (field) field.value = "Je m’appelle…";
    if (input) input.value = "Ana";
    field?.focus();
    list.scrollTop = 120;
    history.replaceState({ card: "c1" }, "", "/kiosk/b#c1");
    await engine.visit.look.setLocale("en");
    engine.visit.look.setTextSize("largest");
    engine.visit.look.setContrast("high");
    expect(document.documentElement).toMatchObject({ lang: "en", dataset: { text: "largest", contrast: "high" } });

    engine.visit.end();
    await kiosk.pass();

    expect(told).toBe(1);
    expect(field?.value).toBe("");
    expect(input?.value).toBe("");
    expect(document.activeElement).toBe(document.body);
    expect(list.scrollTop).toBe(0);
    expect(history.state).toBeNull();
    expect(location.hash).toBe("");
    expect(document.documentElement).toMatchObject({ lang: "fr", dataset: { text: "normal", contrast: "normal" } });
    expect(engine.visit.look.locale.value).toBe("fr");
    stop();
    engine.visit.end();
    expect(told).toBe(1);
  });

  it("the language that the staff chose is the usual one, also after a power cut; nobody's screen changes under them", async () => {
    kiosk.touch();
    kiosk.engine.visit.look.setFirst("en");
    await kiosk.pass();
    expect(document.documentElement.lang).toBe("fr");
    kiosk.engine.visit.end();
    await kiosk.pass();
    expect(document.documentElement.lang).toBe("en");
    const { visit } = await kiosk.restart();
    await kiosk.seated();
    expect(visit.look.first.value).toBe("en");
    expect(document.documentElement.lang).toBe("en");
  });

  it("one screen that fails keeps nothing from being forgotten", async () => {
    const { engine } = kiosk;
    document.body.innerHTML = "<textarea></textarea>";
    const field = document.querySelector("textarea");
    engine.visit.onWipe(() => {
      throw new Error("a screen");
    });
    let told = 0;
    engine.visit.onWipe(() => (told += 1));
    const written = await engine.write(idea("À moi"));
    if (field) field.value = "brouillon";
    expect(() => engine.visit.end()).toThrow("a screen");
    expect(told).toBe(1);
    expect(field?.value).toBe("");
    expect(written.handoff.value).toBeNull();
  });

  it("nothing can be copied, pasted, dropped or asked of the browser", () => {
    for (const name of ["copy", "cut", "paste", "contextmenu", "drop"]) {
      const event = new Event(name, { cancelable: true, bubbles: true });
      document.body.dispatchEvent(event);
      expect(event.defaultPrevented, name).toBe(true);
    }
    const closed = (/** @type {KeyboardEventInit} */ how) => {
      const event = new KeyboardEvent("keydown", { ...how, cancelable: true, bubbles: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    };
    for (const key of ["r", "p", "v", "w", "l", "+"]) expect(closed({ key, ctrlKey: true }), key).toBe(true);
    for (const key of ["F5", "F11", "BrowserBack", "ContextMenu"]) expect(closed({ key }), key).toBe(true);
    expect(closed({ key: "ArrowLeft", altKey: true })).toBe(true);
    for (const key of ["a", "Tab", "Enter", "Escape", " ", "ArrowDown"]) expect(closed({ key }), key).toBe(false);
    expect(closed({ key: "@", ctrlKey: true, altKey: true })).toBe(false); // AltGr
  });

  it("the disk holds nothing of a visitor but what was sent, and a draft never", async () => {
    const { engine } = kiosk;
    kiosk.touch();
    document.body.innerHTML = "<textarea></textarea>";
    const field = document.querySelector("textarea");
    if (field) field.value = "un brouillon";
    await engine.write(idea("envoyé"));
    await engine.visit.look.setLocale("en");
    await kiosk.pass(5_000);
    engine.visit.end();
    await kiosk.pass(65_000);
    const disk = JSON.stringify(await kiosk.disk());
    expect(disk).not.toContain("brouillon");
    expect((await kiosk.disk()).queue).toEqual([]);
    for (const storage of [localStorage, sessionStorage]) expect(JSON.stringify({ ...storage })).not.toMatch(/brouillon|envoyé|"en"/);
  });
});

describe("a week of visitors", () => {
  it("leaves as much behind as one: listeners, timers, rows and signals do not grow", async () => {
    const { engine, server, world } = kiosk;
    const visitor = async (/** @type {number} */ n) => {
      kiosk.touch();
      engine.give("b", `c${n % 7}`, "agree");
      if (n % 3 === 0) await engine.write(idea(`visite ${n}`));
      if (n % 5 === 0) kiosk.line(false);
      await kiosk.pass(500);
      if (n % 5 === 0) kiosk.line(true);
      if (n % 2 === 0) engine.visit.end();
      else await kiosk.pass(85_000);
    };
    for (let n = 0; n < 20; n += 1) await visitor(n);
    await kiosk.until(() => engine.queue.value.count === 0);
    const before = world.timers.length;
    for (let n = 20; n < 200; n += 1) await visitor(n);
    await kiosk.until(() => engine.queue.value.count === 0);
    expect(world.timers.length).toBeLessThanOrEqual(before + 2);
    expect(world.links.length).toBe(1);
    expect((await kiosk.disk()).queue).toEqual([]);
    expect(engine.given.value.size).toBe(0);
    expect(server.taken.filter(({ type }) => type === "card.add")).toHaveLength(67);
    expect(server.taken.filter(({ type }) => type === "opinion.give")).toHaveLength(200);
  });
});

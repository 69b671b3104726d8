// A visitor at the kiosk, as they would: look, touch, say, write, go. And what they must never meet: a dead end.
import { options, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchTexts, speak } from "../../../src/i18n/index.js";
import { Kiosk } from "../../../src/kiosk/Kiosk.jsx";
import { card } from "../../components/boardStore.js";
import { kioskBoard, kioskEngine } from "./kioskEngine.js";
import { until } from "../../until.js";

/** @type {HTMLElement} */
let place;

beforeEach(async () => {
  await Promise.all(["en", "fr"].map((tag) => fetchTexts(tag)));
  await speak(["en"]);
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  act(() => render(null, place));
  place.remove();
});

const lab = () =>
  kioskBoard({
    cards: [card({ id: "c1" }), card({ id: "c2", text: "A bench outside", at_ms: 2_000 })],
    showcases: { c1: { asks: "agree", question: "Would you come?", picture: null, alternative: null } },
    opinions: /** @type {any} */ ({ c1: { agree: 4, disagree: 2 } }),
  });

/** @param {Parameters<typeof kioskEngine>[0]} [what] */
function stand(what = { boards: [lab()] }) {
  const made = kioskEngine(what);
  act(() => render(<Kiosk engine={made.engine} />, place));
  return made;
}

/** @param {string} words on, or in the label of, what is wanted */
function button(words) {
  const found = [...place.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").includes(words));
  if (!found) throw new Error(`Nothing says ${words}: ${place.textContent}`);
  return found;
}

/** @param {string} words on, or in the label of, what is pressed */
const press = (words) => act(async () => button(words).click());

const heading = () => place.querySelector("h1")?.textContent;

describe("a visit", () => {
  it("given the slides, then a touch leads to the lab, a stage, an idea, and back", async () => {
    stand();
    expect(heading()).toBe("Open on Saturdays");
    await press("Touch to begin");
    expect(heading()).toBe("Where are the ideas now?");
    await press("Ideas");
    await press("A bench outside");
    expect(heading()).toBe("A bench outside");
    await press("Back");
    expect(place.querySelectorAll(".tile")).toHaveLength(2);
  });

  it("given an opinion, then it is seen at once, and the others' with it; another touch takes it back", async () => {
    const { done } = stand();
    await press("Touch to begin");
    await press("Ideas");
    await press("Open on Saturdays");
    expect(place.querySelector(".opinions")?.textContent).not.toMatch(/\d/);
    await press("Disagree");
    expect(place.querySelector("[data-mark=disagree]")?.getAttribute("aria-label")).toBe("Disagree, 3 visitors");
    expect(place.querySelector("[data-mark=agree]")?.getAttribute("aria-label")).toBe("Agree, 4 visitors");
    await press("Disagree");
    expect(place.querySelector(".opinions")?.textContent).not.toMatch(/\d/);
    await press("Back");
    expect(done).toEqual([["give", "b1", "c1", "disagree"], ["give", "b1", "c1", null], ["leaveCard"]]);
  });

  it("given a rebound written with the keys on the screen, then it is sent as it stands, and the thanks show the way home", async () => {
    const { done } = stand();
    await press("Touch to begin");
    await press("Ideas");
    await press("Open on Saturdays");
    await press("Rebound");
    await press("Adapt");
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='É']")).click());
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='t']")).click());
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='é']")).click());
    expect(place.querySelector("textarea")?.value).toBe("Été");
    expect(place.querySelector("textarea")?.getAttribute("inputmode")).toBe("none");
    await press("Send");
    expect(done.find((one) => Array.isArray(one) && one[0] === "write")).toEqual(["write", { board: "b1", parents: ["c1"], verb: "adapts", text: "Été", lang: "en" }]);
    expect(heading()).toBe("Received, thank you!");
    expect(place.querySelector(".thanks__qr")?.getAttribute("aria-label")).toContain("rebond.local");
    await press("Finish now");
    expect(place.textContent).toContain("Touch to begin");
  });

  it("given a visitor who goes away while writing, then nothing of theirs is left when the next one comes", async () => {
    const { inside } = stand();
    await press("Touch to begin");
    await press("Suggest an idea");
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='S']")).click());
    await act(async () => void (inside.visit.left_s.value = 9));
    expect(place.querySelector("[role=alertdialog]")?.textContent).toContain("Everything is wiped in 9 seconds.");
    expect(place.querySelector(".kiosk-visit")?.hasAttribute("inert")).toBe(true);
    await press("I’m still here");
    expect(place.querySelector("textarea")?.value).toBe("S");
    await act(async () => inside.visit.end());
    expect(place.querySelector("textarea")).toBeNull();
    await press("Touch to begin");
    await press("Suggest an idea");
    expect(place.querySelector("textarea")?.value).toBe("");
  });

  it("given a device that is slow to paint, then whoever is quicker finds the focus where it belongs, and their opinion is final", async () => {
    const { requestAnimationFrame } = options;
    options.requestAnimationFrame = () => undefined; // the frame that is waited for never comes
    try {
      const { engine, inside, done } = kioskEngine({ boards: [lab()] });
      render(<Kiosk engine={engine} />, place);
      for (const words of ["Touch to begin", "Ideas", "Open on Saturdays"]) await until(() => button(words).click());
      await until(() => expect(document.activeElement?.textContent).toBe("Open on Saturdays"));
      button("Disagree").click();
      for (const words of ["Rebound", "Adapt"]) await until(() => button(words).click());
      const field = await until(() => place.querySelector("textarea") ?? expect.fail("no field"));
      expect(document.activeElement).toBe(field);
      expect(done).toEqual([["give", "b1", "c1", "disagree"], ["leaveCard"]]);
      inside.visit.left_s.value = 9;
      await until(() => expect(document.activeElement).toBe(button("I’m still here")));
      inside.visit.end();
      await until(() => button("Touch to begin"));
    } finally {
      options.requestAnimationFrame = requestAnimationFrame;
    }
  });

  it("given somebody who asks for help while writing, then their words are there again; not after they went back", async () => {
    stand();
    await press("Touch to begin");
    await press("Suggest an idea");
    await press("Switch to AZERTY");
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='S']")).click());
    await press("Help");
    await press("Staff");
    await press("Back");
    await press("I see");
    expect(place.querySelector("textarea")?.value).toBe("S");
    expect(place.textContent).toContain("QWERTY");
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='o']")).click());
    expect(place.querySelector("textarea")?.value).toBe("So");
    await press("Back");
    await press("Suggest an idea");
    expect(place.querySelector("textarea")?.value).toBe("");
  });

  it("given somebody who asks for help while their words are being put away, then what is sent is not there to be sent again", async () => {
    const { inside } = stand();
    const { write } = inside;
    let put = () => {};
    inside.write = (words) => new Promise((resolve) => (put = () => resolve(write(words))));
    await press("Touch to begin");
    await press("Suggest an idea");
    await act(async () => /** @type {HTMLElement} */ (place.querySelector("[data-skbtn='S']")).click());
    await press("Send");
    await press("Help");
    await act(async () => put());
    await until(() => expect(heading()).toBe("Received, thank you!"));
    await press("Back");
    expect(place.querySelector("textarea")?.value).toBe("");
  });

  it("given a full queue, then it says so before anybody writes, and never to somebody who is writing", async () => {
    const { inside } = stand();
    await press("Touch to begin");
    await press("Suggest an idea");
    await act(async () => void (inside.queue.value = { count: 500, max: 500, full: true }));
    expect(place.querySelector("textarea")).not.toBeNull();
    await press("Give up");
    await press("Suggest an idea");
    expect(place.textContent).toContain("The kiosk is full");
    await press("See the other ideas");
    expect(heading()).toBe("Where are the ideas now?");
  });

  it("given a card that is taken away while it is looked at, then one sentence and a way on", async () => {
    const board = lab();
    stand({ boards: [board] });
    await press("Touch to begin");
    await press("Ideas");
    await press("Open on Saturdays");
    await act(async () => board.becomes({ cards: [] }));
    expect(place.textContent).toContain("no longer on show");
    await press("See the other ideas");
    expect(heading()).toBe("Where are the ideas now?");
  });
});

describe("every screen", () => {
  it("given any of them, then the same seven things stand under it", async () => {
    stand();
    const bar = () => [...place.querySelectorAll(".bar__word")].map((one) => one.textContent);
    const seven = bar();
    expect(seven).toEqual(["Back", "Français", "Text", "Contrast", "Listen", "Help", "Start over"]);
    await press("Touch to begin");
    expect(bar()).toEqual(seven);
    await press("Ideas");
    expect(bar()).toEqual(seven);
  });

  it("given another language, larger words, more contrast, then at once", async () => {
    const { inside } = stand();
    await press("Touch to begin");
    await press("Text of");
    expect(inside.visit.look.textSize.value).toBe("large");
    await press("Higher contrast");
    expect(document.documentElement.dataset.contrast).toBe("high");
    await press("Français");
    await until(() => expect(heading()).toContain("Où en sont les idées"));
  });

  it("given that it is read aloud, then its heading is said", async () => {
    const { done } = stand();
    await press("Touch to begin");
    await press("Listen to this screen");
    expect(done[0]).toEqual(["say", expect.stringContaining("Where are the ideas now?"), "en"]);
  });
});

describe("without a visitor", () => {
  it("given nothing in the window, then the name of the place and its numbers, and no visitor's word", () => {
    stand({ boards: [kioskBoard({ title: "The lab", cards: [card({ text: "Not chosen" })] })] });
    expect(heading()).toBe("The lab");
    expect(place.textContent).not.toContain("Not chosen");
    expect(place.textContent).toContain("1 idea");
  });

  it("given no idea anywhere, then nothing is counted over the place to touch", () => {
    stand({ boards: [kioskBoard({ title: "The lab", cards: [] })] });
    expect(place.textContent).toContain("Touch to begin");
    expect(place.textContent).not.toContain("no ideas");
  });

  it("given a slide, then a touch on its idea leads to that idea, and back to the front page", async () => {
    stand();
    await act(async () => /** @type {HTMLElement} */ (place.querySelector(".slide__text")).click());
    expect(heading()).toBe("Open on Saturdays");
    expect(place.querySelector(".opinions")).not.toBeNull();
    await press("Back");
    expect(heading()).toBe("Where are the ideas now?");
  });

  it("given several slides, then they can be stopped", async () => {
    const more = { c2: { asks: /** @type {const} */ ("stars"), question: null, picture: null, alternative: null } };
    stand({ boards: [kioskBoard({ cards: [card(), card({ id: "c2" })], showcases: { c1: more.c2, ...more } })] });
    await press("Pause the slides");
    expect(place.textContent).toContain("Play");
    expect(heading()).toBe("Open on Saturdays");
  });

  it("given a kiosk that is being paired, then its code, letter by letter, and how long it is good for", () => {
    stand({ seat: { is: "pairing", ref: "KTE7X", code: "K7WQ3H", expires_ms: Date.now() + 59_500, problem: null } });
    expect(place.querySelector(".pairing__code")?.getAttribute("aria-label")).toBe("Pairing code K 7 W Q 3 H");
    expect(place.textContent).toMatch(/good for another (1:00|0:59)/);
  });

  it("given a kiosk of no board, then the join code is typed on the screen", async () => {
    const { done } = stand({ seat: { is: "none", problem: "unknown_board" } });
    expect(place.textContent).toContain("No board has this code");
    for (const key of ["K", "T", "E", "7", "X"]) await act(async () => /** @type {HTMLElement} */ (place.querySelector(`[data-skbtn='${key}']`)).click());
    await press("Continue");
    expect(done).toEqual([["begin", "KTE7X"]]);
  });

  it("given a screen that is being paired, then help is there and leads back; the staff's side is not", async () => {
    stand({ seat: { is: "none", problem: null } });
    await press("Help");
    expect(heading()).toBe("How does it work?");
    expect(place.querySelector(".help__staff")).toBeNull();
    await press("Back");
    expect(heading()).toBe("Which board does this kiosk show?");
  });

  it("given the staff's side, then the way back leads out of it, and so does help", async () => {
    const { inside } = stand();
    for (const out of ["Back", "Help"]) {
      await press("Help");
      await press("Staff");
      expect(heading()).toBe("Staff code");
      await press(out);
      expect([inside.staff.state.value, heading()]).toEqual(["closed", "How does it work?"]);
      await press("I see");
    }
    expect(heading()).toBe("Open on Saturdays");
  });

  it("given the staff, then a PIN, and unpairing is asked twice", async () => {
    const { inside, done } = stand();
    await press("Help");
    await press("Staff");
    for (const digit of "2468") await press(digit);
    await press("Enter");
    const coloured = () => [...place.querySelectorAll(".button--primary, .button--danger")].map((one) => one.textContent);
    expect(coloured()).toEqual(["Back to the visitors"]);
    await press("Unpair the kiosk");
    expect(done).toEqual([]);
    expect(coloured()).toEqual(["No, keep it"]);
    await press("No, keep it");
    await press("Clean the screen");
    expect(done).toEqual([["clean", 30]]);
    expect(inside.staff.cleaning_s.value).toBe(30);
    expect(place.textContent).toContain("30 seconds");
    expect(place.querySelectorAll("button")).toHaveLength(0);
  });
});

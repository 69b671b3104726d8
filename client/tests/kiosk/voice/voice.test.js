// Guided by voice: a finger that lies begins it, then finds and chooses nothing; two corners do the rest (EN 301 549, 5.1.3).
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addTexts, language } from "../../../src/i18n/index.js";
import en from "../../../src/kiosk/voice/texts.en.js";
import { BEGINS_AFTER_MS, HINT_AFTER_MS, createVoice } from "../../../src/kiosk/voice/voice.js";

const SCREEN = `
  <main data-screen="card">
    <h1>A bench in the shade</h1>
    <p>Idea</p>
    <p lang="fr">Un banc à l’ombre</p>
    <button id="agree">Agree</button>
    <button id="off" aria-disabled="true">Rebound</button>
    <p aria-hidden="true">decoration</p>
    <label id="name">Your idea</label>
    <textarea aria-labelledby="name" lang="fr">bonjour</textarea>
    <input type="password" aria-label="Code" value="1234" />
  </main>`;

/** @type {string[]} */
let said;
/** @type {ReturnType<typeof createVoice>} */
let voice;
/** @type {Element | null} */
let under;
const speaking = signal(false);
const tell = () => {
  speaking.value = false;
};

beforeEach(() => {
  vi.useFakeTimers();
  addTexts({ en });
  language.value = "en";
  document.documentElement.lang = "en";
  document.body.innerHTML = SCREEN;
  said = [];
  under = null;
  voice = createVoice({
    speech: {
      available: (lang) => ["en", "fr"].includes(lang),
      speaking,
      say: (text, lang) => {
        said.push(`${lang}: ${text}`);
        speaking.value = true;
      },
      stop: () => {
        speaking.value = false;
      },
    },
    around: {
      document,
      page: window,
      under: () => under,
      isDrawn: () => true,
      later: (run, in_ms) => setTimeout(run, in_ms),
      cancel: (timer) => clearTimeout(timer),
    },
  });
});

afterEach(() => {
  voice.close();
  vi.useRealTimers();
});

/** @param {string} type @param {Element} on @param {number} [x] */
function finger(type, on, x = 5) {
  under = on;
  const event = new PointerEvent(type, { bubbles: true, cancelable: true, clientX: x, clientY: 5, pressure: 0.5 });
  on.dispatchEvent(event);
  return event;
}
const button = () => /** @type {HTMLButtonElement} */ (document.getElementById("agree"));

describe("beginning", () => {
  it("given a finger that is laid anywhere, when it stays, then it hears how to go on, and is guided", () => {
    finger("pointerdown", document.body);
    vi.advanceTimersByTime(HINT_AFTER_MS);
    expect(said).toEqual([`en: ${en["kiosk.voice.hint"]}`]);
    expect(voice.on.value).toBe(false);
    vi.advanceTimersByTime(BEGINS_AFTER_MS - HINT_AFTER_MS);
    expect(voice.on.value).toBe(true);
    expect(said.at(-1)).toBe(`en: ${en["kiosk.voice.begins"]}`);
  });

  it.each(["pointerup", "pointercancel"])("given a finger that leaves (%s), then nothing begins", (leaving) => {
    finger("pointerdown", document.body);
    finger(leaving, document.body);
    vi.advanceTimersByTime(BEGINS_AFTER_MS);
    expect([voice.on.value, said]).toEqual([false, []]);
  });

  it("given a finger that draws, then nothing begins; one that trembles is lying", () => {
    finger("pointerdown", document.body);
    finger("pointermove", document.body, 20);
    vi.advanceTimersByTime(HINT_AFTER_MS);
    expect(said).toHaveLength(1);
    finger("pointermove", document.body, 200);
    vi.advanceTimersByTime(BEGINS_AFTER_MS);
    expect(voice.on.value).toBe(false);
  });

  it("given no voice for the language shown, then a finger that lies begins nothing", () => {
    document.documentElement.lang = "eu";
    finger("pointerdown", document.body);
    vi.advanceTimersByTime(BEGINS_AFTER_MS);
    expect(voice.on.value).toBe(false);
  });
});

describe("finding", () => {
  it("given somebody guided, when a finger lies on a button, then it is said and nothing is chosen", () => {
    const pressed = vi.fn();
    button().addEventListener("click", pressed);
    voice.begin();
    expect(finger("pointerdown", button()).defaultPrevented).toBe(true);
    button().dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
    expect(pressed).not.toHaveBeenCalled();
    expect(said.at(-1)).toBe("en: Agree.");
    tell();
    expect(said.at(-1)).toBe("en: button");
  });

  it("given a finger that slides, then each thing is said once; laid down again, it is said again", () => {
    voice.begin();
    const before = said.length;
    finger("pointermove", button());
    finger("pointermove", button());
    expect(said.length).toBe(before + 1);
    finger("pointerdown", button());
    expect(said.length).toBe(before + 2);
  });

  it("given a text in another language, then it is said in that", () => {
    voice.begin();
    finger("pointerdown", /** @type {Element} */ (document.querySelector("p[lang]")));
    expect(said.at(-1)).toBe("fr: Un banc à l’ombre.");
  });

  it("given what is there for the eye alone, or masked, then it is not said", () => {
    voice.begin();
    finger("pointerdown", /** @type {Element} */ (document.querySelector("[aria-hidden]")));
    finger("pointerdown", /** @type {Element} */ (document.querySelector("[type='password']")));
    tell();
    expect(said.join()).not.toMatch(/decoration|1234/);
  });
});

describe("the corners", () => {
  it("given the left one, then it goes through everything in order, and begins again", () => {
    voice.begin();
    const heard = [];
    for (let times = 0; times < 8; times += 1) {
      voice.next();
      heard.push(said.at(-1)?.slice(4).split(/[ .]/)[0]);
      speaking.value = true;
    }
    expect(heard).toEqual(["A", "Idea", "Un", "Agree", "Rebound", "Your", "Code", "A"]);
  });

  it("given the right one, then what was said last is chosen, and what cannot be is said to be so", () => {
    const pressed = vi.fn();
    button().addEventListener("click", pressed);
    voice.begin();
    finger("pointerdown", button());
    voice.choose();
    expect(pressed).toHaveBeenCalledOnce();
    finger("pointerdown", /** @type {Element} */ (document.getElementById("off")));
    tell();
    expect(said.at(-1)).toBe("en: button, not available here");
  });

  it("given what was said drawn anew, then its place is kept, and it is heard again before it is chosen", () => {
    const pressed = vi.fn();
    voice.begin();
    finger("pointerdown", button());
    button().outerHTML = '<button id="agree">Agreed</button>';
    button().addEventListener("click", pressed);
    voice.choose();
    expect(said.at(-1)).toBe("en: Agreed.");
    expect(pressed).not.toHaveBeenCalled();
    voice.choose();
    expect(pressed).toHaveBeenCalledOnce();
    button().outerHTML = '<button id="agree">Agree</button>';
    voice.next();
    expect(said.at(-1)).toBe("en: Rebound.");
  });

  it("given something that came about by itself, then it is said after what is being said; unguided, never", () => {
    const news = [{ text: "Three visitors.", lang: "en" }];
    voice.add(news);
    expect(said).toEqual([]);
    voice.begin();
    voice.add(news);
    expect(said.at(-1)).not.toBe("en: Three visitors.");
    tell();
    expect(said.at(-1)).toBe("en: Three visitors.");
  });

  it("given a space, then the word that it ends is heard whole", async () => {
    document.body.insertAdjacentHTML("beforeend", '<div class="keys"><button data-skbtn="{space}">space</button></div>');
    voice.begin();
    finger("pointerdown", /** @type {Element} */ (document.querySelector(".keys button")));
    voice.choose();
    await Promise.resolve();
    tell();
    expect(said.slice(-2)).toEqual(["en: space.", "fr: bonjour"]);
  });

  it("given another screen, then its title is said, and the corner goes on from there", () => {
    voice.begin();
    document.body.innerHTML = "<main><p>small</p><h1>Thank you</h1><button>Done</button></main>";
    voice.arrived();
    expect(said.at(-1)).toBe("en: Thank you.");
    voice.next();
    expect(said.at(-1)).toBe("en: Done.");
  });

  it("given a question that has to be answered, then nothing else is found", () => {
    voice.begin();
    document.body.insertAdjacentHTML("beforeend", '<div role="alertdialog"><h2>Still there?</h2><button>Yes</button></div>');
    voice.arrived();
    expect(said.at(-1)).toBe("en: Still there?");
    finger("pointerdown", button());
    expect(said.at(-1)).toBe("en: Still there?");
  });
});

describe("the end", () => {
  it("given a visit that is over, then fingers choose again and nothing is marked", () => {
    voice.begin();
    finger("pointerdown", button());
    voice.end();
    const pressed = vi.fn();
    button().addEventListener("click", pressed);
    button().dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
    expect(pressed).toHaveBeenCalledOnce();
    expect(document.querySelector("[data-voiced]")).toBe(null);
    expect(document.documentElement.dataset.voice).toBe(undefined);
  });
});

// Pages of at most seven, the words that count down, what a screen says aloud, and which cards stand where.
import { beforeEach, describe, expect, it } from "vitest";
import { fetchTexts, language, speak, t } from "../../../src/i18n/index.js";
import { slidesOf } from "../../../src/kiosk/screens/Attract.jsx";
import { byStage, countsOf, opinionsWith, pictureOf, questionsOf } from "../../../src/kiosk/screens/faces.js";
import { FIRST, MOST, pageOf, turned, turnedBack } from "../../../src/kiosk/screens/paging.js";
import { bytesText } from "../../../src/kiosk/screens/sizes.js";
import { spoken } from "../../../src/kiosk/screens/spoken.js";
import "../../../src/kiosk/texts.js";
import { card } from "../../components/boardStore.js";
import { kioskBoard } from "./kioskEngine.js";

const TWENTY = Array.from({ length: 20 }, (_, at) => at);

describe("pages", () => {
  it("given twenty choices and room for more, then seven at most; next and previous lead through all of them", () => {
    let starts = FIRST;
    /** @type {number[]} */
    const seen = [];
    for (let page = pageOf(TWENTY, starts, 12); ; page = pageOf(TWENTY, starts, 12)) {
      expect(page.shown.length).toBeLessThanOrEqual(MOST);
      seen.push(...page.shown);
      if (!page.more) break;
      starts = turned(starts, page.to);
    }
    expect(seen).toEqual(TWENTY);
    expect(pageOf(TWENTY, turnedBack(starts), 12).from).toBe(8);
  });

  it("given a page that holds fewer than the one before, then nothing is passed over", () => {
    const second = turned(FIRST, pageOf(TWENTY, FIRST, 5).to);
    expect(pageOf(TWENTY, second, 2)).toMatchObject({ shown: [5, 6], from: 6, to: 7, more: true, less: true });
  });

  it("given cards that were taken away meanwhile, then the last ones, never an empty page", () => {
    expect(pageOf([1, 2], [0, 7, 14], 7).shown).toEqual([2]);
    expect(pageOf([], FIRST, 7)).toMatchObject({ shown: [], more: false });
  });
});

describe("words that count down", () => {
  beforeEach(() => Promise.all(["en", "fr"].map((tag) => fetchTexts(tag))));

  it("given one second and several, then each language has its own form", async () => {
    await speak(["fr"]);
    expect([t("kiosk.idle.left", { n: 1 }), t("kiosk.idle.left", { n: 17 })]).toEqual(["Tout s’efface dans 1 seconde.", "Tout s’efface dans 17 secondes."]);
    await speak(["en"]);
    expect([t("kiosk.idle.left", { n: 1 }), t("kiosk.clean.left", { n: 30 })]).toEqual([
      "Everything is wiped in 1 second.",
      "The screen answers again in 30 seconds.",
    ]);
    expect(language.value).toBe("en");
  });

  it("given sizes, then as the language writes them", () => {
    expect(bytesText(1_540_000, "en")).toBe("1.5 MB");
  });
});

describe("a screen that is read aloud", () => {
  it("given two languages and a picture, then each piece in its own, the picture by its alternative, keys and drawings not", () => {
    const root = document.createElement("main");
    root.lang = "fr";
    root.innerHTML =
      '<h1 lang="en">A bench outside</h1><img alt="Un banc." src="x"><p>Qu’en pensez-vous\u202f?</p><div class="keys">A Z E R</div>' +
      '<button aria-label="3 étoiles sur 5"><span>3</span></button><svg aria-hidden="true"><text>non</text></svg>';
    expect(spoken(root)).toEqual([
      { lang: "en", text: "A bench outside." },
      { lang: "fr", text: "Un banc. Qu’en pensez-vous ? 3 étoiles sur 5." },
    ]);
  });
});

describe("the lab's cards", () => {
  const shown = { asks: /** @type {const} */ ("agree"), question: null, picture: "a".repeat(64), alternative: "Un banc" };
  const board = kioskBoard({
    cards: [card({ id: "c1" }), card({ id: "c2", parents: ["c1"], verb: "extends", at_ms: 2_000 }), card({ id: "c3", state: "hidden" })],
    stages: { c2: [{ stage: "design", at_ms: 1, note: null }, { stage: "stopped", at_ms: 2, note: "Trop tôt" }] },
    showcases: { c1: shown, c3: shown },
    opinions: /** @type {any} */ ({ c1: { agree: 4, pass: 1 } }),
  });

  it("given stages, then each card stands where it is now; one of which nothing was said is an idea; a hidden one nowhere", () => {
    const stages = byStage([board]);
    expect([...stages].map(([stage, faces]) => [stage, faces.map(({ card: { id } }) => id)])).toEqual([
      ["idea", ["c1"]], ["design", []], ["development", []], ["test", []], ["live", []], ["stopped", ["c2"]],
    ]);
    expect(countsOf([board])).toEqual({ ideas: 2, rebounds: 1, opinions: 5 });
  });

  it("given the slides, then only cards that a moderator put in the window, and that everybody sees (DM6)", () => {
    expect(slidesOf([board]).map(({ card: { id } }) => id)).toEqual(["c1"]);
  });

  it("given an opinion of one's own, then it is among the counts before it has gone out", () => {
    const [face] = byStage([board]).get("idea") ?? [];
    if (!face) throw new Error("there is a card");
    expect(opinionsWith(face, "pass")).toEqual({ agree: 4, pass: 2 });
    expect(pictureOf(face, 480)).toBe(`/api/boards/b1/pictures/${"a".repeat(64)}?width=480`);
  });

  it("given a lab without a card of its own, then it is the place, not a question", () => {
    const lab = kioskBoard({ id: "b0", cards: [] });
    expect(questionsOf([lab, board]).map(({ id }) => id)).toEqual(["b1"]);
    expect(questionsOf([lab]).map(({ id }) => id)).toEqual(["b0"]);
  });
});

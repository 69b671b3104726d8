// Which language is spoken, how it counts, and how its words arrive.
import { beforeEach, describe, expect, it } from "vitest";
import { addTexts, allTexts, chooseLanguage, detectLanguage, fetchRefusals, fetchTexts, language, speak, t, tError } from "../../src/i18n/index.js";
import { until } from "../until.js";

await fetchTexts("en");
await fetchRefusals("en");

describe("choosing", () => {
  beforeEach(() => {
    localStorage.clear();
    history.replaceState(null, "", "/");
  });

  it("takes the address first, then the stored choice, then the browser's language", async () => {
    await detectLanguage();
    expect(language.value).toBe("en");
    await chooseLanguage("fr");
    await detectLanguage();
    expect([language.value, document.documentElement.lang]).toEqual(["fr", "fr"]);
    history.replaceState(null, "", "/?lang=en");
    await detectLanguage();
    expect(language.value).toBe("en");
    await speak(["x-nowhere", "fr-CA", "en"]);
    expect(language.value).toBe("fr");
  });

  it("counts by the language's own rules", async () => {
    const key = /** @type {import("../../src/i18n/index.js").Key} */ (/** @type {string} */ ("test.n"));
    addTexts({ en: { "test.n": { one: "{n} dot", other: "{n} dots" } }, fr: { "test.n": { one: "{n} point", other: "{n} points" } } });
    await chooseLanguage("fr");
    expect([t(key, { n: 0 }), t(key, { n: 1 }), t(key, { n: 2 })]).toEqual(["0 point", "1 point", "2 points"]);
    await chooseLanguage("en");
    expect(t(key, { n: 0 })).toBe("0 dots");
  });

  it("fetches what is said at a parting when it is asked for, and says nothing until it is here", async () => {
    await chooseLanguage("fr");
    expect(t("close.removed")).not.toBe("close.removed");
    await fetchRefusals("fr");
    expect(t("close.removed")).toBe("Vous ne faites plus partie de ce tableau.");
    await chooseLanguage("en");
  });

  it("falls back on the server's words for a code it does not know", () => {
    expect(tError({ code: "brand_new", message: "Said by the server." })).toBe("Said by the server.");
    expect(tError({ code: "text_too_long", message: "", details: { max_chars: 1000 } })).toContain("1,000");
  });
});

describe("words fetched for a part of a surface", () => {
  it("keeps whoever asks waiting until they are here, whoever asked first", async () => {
    /** @type {(words: { default: { "late.word": string } }) => void} */
    let arrive = () => undefined;
    addTexts({ en: () => new Promise((resolve) => (arrive = resolve)) });
    const first = fetchTexts("en");
    const second = fetchTexts("en").then(() => allTexts().en?.["late.word"]);
    arrive({ default: { "late.word": "here" } });
    expect(await second).toBe("here");
    await first;
  });

  it("asks again for what did not come, the line being gone", async () => {
    let asked = 0;
    const fetching = async () => {
      asked += 1;
      if (asked === 1) throw new TypeError("Failed to fetch");
      return { default: { "lost.word": "found" } };
    };
    addTexts({ en: fetching });
    await expect(fetchTexts("en")).rejects.toThrow("Failed to fetch");
    await fetchTexts("en");
    expect(allTexts().en?.["lost.word"]).toBe("found");
    await fetchTexts("en");
    expect(asked).toBe(2);
  });

  it("goes on in the language it speaks where the words of another cannot be fetched, and asks again for what is said", async () => {
    await speak(["en"]);
    let dead = true;
    const fetching = (/** @type {string} */ word) => async () => {
      if (dead) throw new TypeError("Failed to fetch");
      return { default: { "dead.word": word } };
    };
    addTexts({ en: fetching("back"), fr: fetching("revenu") });
    await speak(["fr"]);
    expect(language.value).toBe("en");
    const key = /** @type {import("../../src/i18n/index.js").Key} */ (/** @type {string} */ ("dead.word"));
    expect(t(key)).toBe("");
    dead = false;
    expect(t(key)).toBe("");
    await until(() => expect(t(key)).toBe("back"));
    await speak(["fr"]);
    expect(t(key)).toBe("revenu");
    await speak(["en"]);
  });
});

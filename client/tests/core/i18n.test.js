// Every language says everything, and every code of the protocol has its sentence.
import { beforeEach, describe, expect, it } from "vitest";
import { CLOSES, ERRORS, VERBS } from "@protocol/generated/tables.js";
import { addTexts, allTexts, chooseLanguage, detectLanguage, fetchRefusals, fetchTexts, language, t, tError } from "../../src/i18n/index.js";
import "../../src/components/texts.js";
import "../../src/components/later/texts.js";
import "../../src/phone/texts.js";
import "../../src/phone/later/texts.js";
import "../../src/phone/later/reboundTexts.js";

/** @param {unknown} text */
const names = (text) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

await Promise.all(["en", "fr"].flatMap((code) => [fetchTexts(code), fetchRefusals(code)]));

describe("completeness", () => {
  const { en = {}, fr = {} } = allTexts();

  it("has the same keys in French and in English", () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  });

  it("fills in the same names", () => {
    for (const key of Object.keys(en)) expect([key, [...new Set(names(fr[key]))].sort()]).toEqual([key, [...new Set(names(en[key]))].sort()]);
  });

  it("has a sentence for every error code, and for every close that ends it", () => {
    for (const code of Object.keys(ERRORS)) expect(Object.keys(en)).toContain(`error.${code}`);
    for (const [code, row] of Object.entries(CLOSES)) if (!row.resumable) expect(Object.keys(en)).toContain(`close.${code}`);
    for (const verb of VERBS) expect(Object.keys(en)).toContain(`verb.${verb}`);
  });

  it("has every key the phone asks for", () => {
    const sources = /** @type {Record<string, string>} */ (import.meta.glob(["../../src/phone/*.{js,jsx}", "../../src/phone/later/*.{js,jsx}"], { query: "?raw", import: "default", eager: true }));
    const asked = Object.values(sources).flatMap((source) => [...source.matchAll(/\bt\((?:\w+ \? )?"([\w.]+)"/g)]);
    expect(asked.length).toBeGreaterThan(40);
    for (const [, key] of asked) expect(Object.keys(en)).toContain(key);
  });

  it("sets French signs off with spaces that do not break", () => {
    for (const [key, text] of Object.entries(fr)) {
      expect([key, / [;:!?»]|« |\w[;!?](?!\w)/.test(JSON.stringify(Object.values([text])))]).toEqual([key, false]);
    }
  });
});

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
  });

  it("counts by the language's own rules", async () => {
    const key = /** @type {import("../../src/i18n/index.js").Key} */ (/** @type {string} */ ("test.n"));
    addTexts({ en: { "test.n": { one: "{n} dot", other: "{n} dots" } }, fr: { "test.n": { one: "{n} point", other: "{n} points" } } });
    await chooseLanguage("fr");
    expect([t(key, { n: 0 }), t(key, { n: 1 }), t(key, { n: 2 })]).toEqual(["0 point", "1 point", "2 points"]);
    await chooseLanguage("en");
    expect(t(key, { n: 0 })).toBe("0 dots");
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
});

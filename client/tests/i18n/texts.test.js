// @vitest-environment node
// Every string of every surface goes by key, French and English are complete, and French is set as French is (docs/languages.md).
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CLOSES, ERRORS } from "@protocol/generated/tables.js";
import { isPiece, pieces, reachable, readSources } from "./sources.js";

/** @typedef {import("../../src/i18n/index.js").Text} Text */

const CLIENT = resolve(import.meta.dirname, "../..");
const ALL = pieces();
const SOURCES = readSources();
const ENGLISH = Object.keys(ALL).filter((path) => path.endsWith(".en.js"));

/** @param {"en" | "fr"} code @returns {[string, Text][]} */
const textsIn = (code) => ENGLISH.flatMap((path) => Object.entries(ALL[path.replace(/en\.js$/, `${code}.js`)] ?? {}));
const en = new Map(textsIn("en"));
const fr = new Map(textsIn("fr"));

/** @param {Text | undefined} text @returns {string[]} its forms, whatever the number */
const formsOf = (text) => (typeof text === "string" ? [text] : Object.values(text ?? {}));

/** @param {Text | undefined} text @returns {string[]} the names to fill in */
const gapsOf = (text) => [...new Set(formsOf(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

/** What only the server can name: every code of its tables. */
const CODES = [...Object.keys(ERRORS).map((code) => `error.${code}`), ...Object.keys(CLOSES).map((code) => `close.${code}`)];

const ASKS = Object.values(SOURCES).flatMap(({ asks }) => asks);
const STRINGS = new Set(Object.values(SOURCES).flatMap(({ strings, made }) => [...strings, ...made]));

describe("keys", () => {
  it("given the texts, then each key stands in one file, and each file's keys are part of the type that `t` takes", () => {
    const keys = textsIn("en").map(([key]) => key);
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
    const typed = readFileSync(join(CLIENT, "src/i18n/keys.d.ts"), "utf8");
    const named = [...typed.matchAll(/import\("([^"]+)"\)/g)].map(([, path = ""]) => join("i18n", path)).sort();
    expect(named).toEqual([...ENGLISH].sort());
  });

  it("given a key that is asked for, then it is there; and TypeScript can tell which it is", () => {
    expect(ASKS.length).toBeGreaterThan(500);
    expect(ASKS.filter(({ at, keys }) => keys === null && !at.startsWith("i18n/")).map(({ at }) => at)).toEqual([]);
    const missing = ASKS.flatMap(({ at, keys }) => (keys ?? []).filter((key) => !en.has(key)).map((key) => `${key} (${at})`));
    expect(missing).toEqual([]);
  });

  it("given a key that is there, then somebody asks for it", () => {
    const some = ASKS.flatMap(({ keys }) => (keys && keys.length < en.size ? keys : []));
    const used = new Set([...some, ...STRINGS, ...CODES]);
    expect([...en.keys()].filter((key) => !used.has(key))).toEqual([]);
  });

  it("given a code with which the server refuses or leaves for good, then it has its sentence", () => {
    const last = Object.entries(CLOSES).flatMap(([code, row]) => (row.resumable ? [] : [`close.${code}`]));
    const codes = [...Object.keys(ERRORS).map((code) => `error.${code}`), ...last];
    expect(codes.filter((key) => !en.has(key))).toEqual([]);
    const own = [...STRINGS].flatMap((code) => [code, `error.${code}`]); // the client has reasons of its own
    expect([...en.keys()].filter((key) => /^(error|close)\./.test(key) && ![...CODES, ...own].includes(key))).toEqual([]);
  });
});

describe("both languages", () => {
  it("given a key in one, then it is in the other, in the sister file", () => {
    for (const path of ENGLISH) {
      const sister = path.replace(/en\.js$/, "fr.js");
      expect([sister, Object.keys(ALL[sister] ?? {}).sort()]).toEqual([sister, Object.keys(ALL[path] ?? {}).sort()]);
    }
    expect(Object.keys(ALL).length).toBe(2 * ENGLISH.length);
  });

  it("given a key, then both fill in the same", () => {
    expect([...en].filter(([key, text]) => gapsOf(fr.get(key)).join() !== gapsOf(text).join()).map(([key]) => key)).toEqual([]);
  });

  it.each(/** @type {const} */ (["en", "fr"]))("given a number in %s, then its forms are those of the language's plural", (code) => {
    const known = ["zero", ...new Intl.PluralRules(code).resolvedOptions().pluralCategories];
    const odd = textsIn(code).flatMap(([key, text]) => {
      const forms = typeof text === "string" ? null : Object.keys(text);
      return forms && !(forms.includes("one") && forms.includes("other") && forms.every((form) => known.includes(form))) ? [key] : [];
    });
    expect(odd).toEqual([]);
  });
});

/** What nobody should find in a text, and why. @type {Record<"en" | "fr", [RegExp, string][]>} */
const UNSET = {
  en: [
    [/["']/, "straight quotation marks or apostrophes"],
    [/\.\.\./, "three full stops for an ellipsis"],
    [/\} ?%/, "a percentage by hand"],
    [/ [;:!?%]/, "a space before a sign"],
    [/ {2}|^ | $/, "loose spaces"],
  ],
  fr: [
    [/["']/, "straight quotation marks or apostrophes"],
    [/[“”]/, "English quotation marks"],
    [/\.\.\./, "three full stops for an ellipsis"],
    [/\} ?%/, "a percentage by hand"],
    [/ [;:!?%»€]/, "a space that breaks before a sign"],
    [/[^\u202f\s?!…][;!?]/u, "no narrow space before a sign"],
    [/[^\u00a0\u202f]»/u, "no unbreakable space before »"],
    [/[\p{L}\d)}»]:(?!\d|\{|\/\/)/u, "no space before a colon"],
    [/«[^\u00a0\u202f]/, "no unbreakable space after «"],
    [/\d \d/, "a number that breaks"],
    [/ [-–] /, "a dash that is none"],
    [/ {2}|^ | $/, "loose spaces"],
  ],
};

describe("typography", () => {
  it.each(/** @type {const} */ (["en", "fr"]))("given a text in %s, then it is set as that language is", (code) => {
    const found = textsIn(code).flatMap(([key, text]) =>
      formsOf(text).flatMap((form) => UNSET[code].filter(([sign]) => sign.test(form)).map(([, why]) => `${key}: ${why}: ${form}`)),
    );
    expect(found).toEqual([]);
  });
});

describe("sources", () => {
  it("given what a reader sees or hears of the markup, then no word of it stands there itself", () => {
    expect(Object.values(SOURCES).flatMap(({ words }) => words)).toEqual([]);
  });

  it("given numbers, dates and lists, then none is written by hand", () => {
    expect(Object.values(SOURCES).flatMap(({ byHand }) => byHand)).toEqual([]);
  });
});

/** Whose keys a page's texts may hold, beside what all share. @type {Record<string, string[]>} */
const SURFACES = {
  "index.html": ["front"],
  "phone.html": ["phone", "choose", "talk", "receipt"],
  "kiosk.html": ["kiosk"],
  "lab.html": ["lab"],
  "console.html": ["console"],
  "wall.html": ["wall"],
};
const SHARED = ["common", "status", "verb", "kind", "card", "close", "error", "part"];

describe.each(readdirSync(CLIENT).filter((name) => name.endsWith(".html")))("%s", (page) => {
  const found = reachable(page, SOURCES, readFileSync(join(CLIENT, page), "utf8"));
  const texts = [...found].filter((path) => isPiece(path) && path.endsWith(".en.js"));
  const keys = new Set(texts.flatMap((path) => Object.keys(ALL[path] ?? {})));

  it("given a key it asks for, then it fetches the words", () => {
    const asked = [...found].flatMap((path) => SOURCES[path]?.asks ?? []).filter(({ keys: some }) => (some?.length ?? 0) < en.size);
    const without = asked.flatMap(({ at, keys: some }) => (some ?? []).filter((key) => !keys.has(key)).map((key) => `${key} (${at})`));
    expect(without).toEqual([]);
  });

  it("given the words it may fetch, then none are another surface's", () => {
    const own = [...(SURFACES[page] ?? []), ...SHARED];
    expect([...keys].filter((key) => !own.includes(key.split(".")[0] ?? ""))).toEqual([]);
  });
});

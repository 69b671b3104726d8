// A third language is one file: every text of every surface is cut from it, and what it lacks is said in English
// (docs/languages.md). The language of this test is English with marks around it, made here and left in a folder of its own.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { build, createServer } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { everyText, readLanguages } from "../../languages.config.js";

/** @typedef {import("../../languages.config.js").Text} Text */

const CLIENT = resolve(import.meta.dirname, "../..");
const FOLDER = mkdtempSync(join(tmpdir(), "languages-"));
const CONFIG = join(CLIENT, "vite.config.js");
const LACKS = "common.retry";

/** @param {Text} text @returns {Text} */
const marked = (text) =>
  typeof text === "string" ? `⟦${text}⟧` : Object.fromEntries(Object.entries(text).map(([form, one]) => [form, `⟦${one}⟧`]));

/** @type {Record<string, Text>} */
let english = {};

beforeAll(async () => {
  vi.stubEnv("EXTRA_LANGUAGES", FOLDER);
  english = await everyText();
  const said = Object.entries(english).filter(([key]) => key !== LACKS);
  const texts = Object.fromEntries(said.map(([key, text]) => [key, marked(text)]));
  writeFileSync(join(FOLDER, "eo.json"), JSON.stringify({ name: "Esperanto", texts }));
});

afterAll(() => rmSync(FOLDER, { recursive: true }));

describe("given a language's file, when the client is built", () => {
  /** @type {string[]} */
  const warned = [];
  const out = join(FOLDER, "built");
  /** @type {string[]} */
  let files = [];

  beforeAll(async () => {
    const logged = (/** @type {string} */ said) => void warned.push(said);
    const quiet = { info: () => undefined, warn: logged, warnOnce: logged, error: logged, clearScreen: () => undefined, hasErrorLogged: () => false, hasWarned: false };
    await build({ configFile: CONFIG, build: { outDir: out }, customLogger: quiet });
    files = readdirSync(join(out, "assets"));
  });

  it("then English comes in as many pieces as the new language, each small piece for itself", () => {
    const piecesOf = (/** @type {string} */ tag) => files.filter((name) => name.includes(`.${tag}-`)).map((name) => name.split(".")[0]).sort();
    expect(piecesOf("eo").length).toBeGreaterThan(10);
    expect(piecesOf("eo")).toEqual(piecesOf("en"));
    expect(piecesOf("eo")).toEqual(piecesOf("fr"));
  });

  it("then its words stand in its pieces alone", () => {
    const held = files.filter((name) => name.endsWith(".js") && readFileSync(join(out, "assets", name), "utf8").includes("⟦"));
    expect(held.filter((name) => !name.includes(".eo-"))).toEqual([]);
  });

  it("then the build says what it lacks", () => {
    expect(warned.join("\n")).toContain(`eo: 1 text is missing, said in English: ${LACKS}`);
  });

  it("then a phone keeps English and French at hand, and the new language for those who read it", () => {
    const [, told = ""] = /^self\.BUILD = (.*);$/m.exec(readFileSync(join(out, "sw.js"), "utf8")) ?? [];
    const { FILES, WORDS } = JSON.parse(told).phone;
    expect(FILES.filter((/** @type {string} */ name) => name.includes(".eo-"))).toEqual([]);
    expect(FILES.filter((/** @type {string} */ name) => name.includes(".fr-")).length).toBe(WORDS.eo.length);
  });

  it("then the server finds what it says itself", () => {
    const said = JSON.parse(readFileSync(join(out, "languages/eo.json"), "utf8"));
    expect(said["report.results"]).toBe("⟦Results⟧");
  });
});

describe("given a language's file, when a page is opened in it", () => {
  /** @type {import("vite").ViteDevServer} */
  let server;
  /** @type {typeof import("../../src/i18n/index.js")} */
  let i18n;

  beforeAll(async () => {
    server = await createServer({
      configFile: CONFIG,
      server: { middlewareMode: true, ws: false, watch: null },
      appType: "custom",
      logLevel: "silent",
      optimizeDeps: { noDiscovery: true },
    });
    i18n = /** @type {any} */ (await server.ssrLoadModule("/src/i18n/index.js"));
    const registrars = readdirSync(join(CLIENT, "src"), { recursive: true, encoding: "utf8" }).filter((path) => /(^|\/)\w*texts\.js$/i.test(path));
    await Promise.all(registrars.map((path) => server.ssrLoadModule(`/src/${path}`)));
    history.replaceState(null, "", "/?lang=eo");
    await i18n.detectLanguage();
    await i18n.fetchRefusals();
  });

  afterAll(() => server.close());

  it("then every text that surfaces register is there in it, and what it lacks in English", () => {
    const { eo = {} } = i18n.allTexts();
    const here = Object.keys(eo);
    expect(here.length).toBeGreaterThan(400);
    expect(here.filter((key) => JSON.stringify(eo[key]) !== JSON.stringify(key === LACKS ? english[key] : marked(english[key] ?? "")))).toEqual([]);
  });

  it("then the page says so to readers, shows it, and offers it among the others by its own name", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no server here")));
    const { Front } = /** @type {any} */ (await server.ssrLoadModule("/src/front/Front.jsx"));
    const place = document.createElement("div");
    document.body.append(place);
    await act(() => render(h(Front, {}), place));
    expect(document.documentElement.lang).toBe("eo");
    expect(place.textContent).toContain("⟦One idea sets off the next.⟧");
    const offered = [...place.querySelectorAll(".segmented__option[lang]")].map((one) => one.textContent);
    expect(offered.join()).toContain("EOEsperanto");
    await act(() => render(null, place));
  });
});

describe("languages that are part of the project", () => {
  it("given one, then it says nothing that nobody asks for, and fills in what English does", () => {
    const gaps = (/** @type {Text | undefined} */ text) => [...new Set(JSON.stringify(text ?? "").match(/\{\w+\}/g) ?? [])].sort().join();
    for (const [tag, { name, texts }] of readLanguages(join(CLIENT, "src/i18n/languages"))) {
      expect([tag, name]).toEqual([tag, expect.stringMatching(/./)]);
      expect([tag, Object.keys(texts).filter((key) => gaps(texts[key]) !== gaps(english[key]))]).toEqual([tag, []]);
    }
  });
});

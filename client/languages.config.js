// How a third language becomes part of the build: one file, `<BCP 47 tag>.json`, with its own name and every text.
// The file is cut into the pieces that English comes in (`*.en.js`), so that a page fetches of it what it fetches of
// English. What is missing is said in English, and the build says what that is. What the server says itself goes beside
// the pages, where the server finds it. Governed by docs/languages.md; knows nothing of surfaces.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** @typedef {string | Record<string, string>} Text */
/** @typedef {Record<string, Text>} Dictionary */
/** @typedef {{ name: string, texts: Dictionary }} Language */

const here = dirname(fileURLToPath(import.meta.url));
const SERVER_WORDS = resolve(here, "../server/rebond/web/words.en.json");

/** Where languages beyond English and French stand. */
export const LANGUAGES_FOLDER = join(here, "src/i18n/languages");

/** `{ en: () => import("./x.en.js"), …` as every surface registers its words. */
const REGISTERED = /\ben: \(\) => import\("([^"]+)\.en\.js"\),?/g;
const PIECE = /^(.*)\.([\w-]+)\.js$/;

/**
 * The languages of a folder, by tag.
 * @param {string} folder
 * @returns {Map<string, Language>}
 */
export function readLanguages(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return new Map(files.map((name) => [tagOf(name), JSON.parse(readFileSync(join(folder, name), "utf8"))]));
}

/** @param {string} name of a file @returns {string} its tag, which a browser must know how to read */
function tagOf(name) {
  const tag = name.slice(0, -".json".length);
  const [canonical] = Intl.getCanonicalLocales(tag);
  if (canonical !== tag) throw new Error(`${name} should be called ${canonical}.json: tags are written as in BCP 47.`);
  return tag;
}

/** Every English text of the client and of the server: what a language has to say. @returns {Promise<Dictionary>} */
export async function everyText() {
  const pieces = readdirSync(join(here, "src"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".en.js"));
  const read = await Promise.all(pieces.sort().map((path) => english(join(here, "src", path))));
  return Object.assign({}, ...read, serverTexts());
}

/** @param {string} path @returns {Promise<Dictionary>} */
const english = async (path) => (await import(pathToFileURL(path).href)).default;

/** @returns {Dictionary} */
const serverTexts = () => JSON.parse(readFileSync(SERVER_WORDS, "utf8"));

/** @param {Dictionary} wanted @param {Dictionary} said @returns {Dictionary} every wanted text, in English where need be */
const cut = (wanted, said) => Object.fromEntries(Object.entries(wanted).map(([key, text]) => [key, said[key] ?? text]));

/**
 * @param {string} folder
 * @returns {import("vite").Plugin}
 */
export function languages(folder) {
  const there = readLanguages(folder);

  /** @param {string} id @returns {{ tag: string, english: string } | null} which piece of which language it is */
  const pieceOf = (id) => {
    const [, stem, tag = ""] = PIECE.exec(id) ?? [];
    return stem && there.has(tag) && existsSync(`${stem}.en.js`) ? { tag, english: `${stem}.en.js` } : null;
  };

  return {
    name: "languages",
    enforce: "pre",

    async buildStart() {
      const wanted = Object.keys(await everyText());
      for (const [tag, { texts }] of there) {
        const missing = wanted.filter((key) => !(key in texts));
        const unknown = Object.keys(texts).filter((key) => !wanted.includes(key));
        if (missing.length > 0) this.warn(`${tag}: ${missing.length} ${missing.length === 1 ? "text is" : "texts are"} missing, said in English: ${missing.join(", ")}`);
        if (unknown.length > 0) this.warn(`${tag}: nobody says ${unknown.join(", ")}`);
      }
    },

    resolveId(source, importer) {
      const id = importer && source.startsWith(".") ? resolve(dirname(importer), source) : "";
      return pieceOf(id) ? id : null;
    },

    async load(id) {
      const piece = pieceOf(id);
      if (!piece) return null;
      const texts = cut(await english(piece.english), there.get(piece.tag)?.texts ?? {});
      return `export default ${JSON.stringify(texts)};`;
    },

    transform(code, id) {
      if (there.size === 0) return null;
      if (id === join(here, "src/i18n/languages.js")) {
        const names = Object.fromEntries([...there].map(([tag, { name }]) => [tag, name]));
        return `${code}\nObject.assign(languages, ${JSON.stringify(names)});`;
      }
      const more = (/** @type {string} */ stem) => [...there.keys()].map((tag) => ` ${JSON.stringify(tag)}: () => import("${stem}.${tag}.js"),`);
      return code.replace(REGISTERED, (found, stem) => `${found.replace(/,?$/, ",")}${more(stem).join("")}`);
    },

    generateBundle() {
      for (const [tag, { texts }] of there) {
        this.emitFile({ type: "asset", fileName: `languages/${tag}.json`, source: JSON.stringify(cut(serverTexts(), texts)) });
      }
    },
  };
}


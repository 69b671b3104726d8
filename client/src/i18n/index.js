/**
 * The words on the screen, in the language of whoever reads them.
 *
 * - A surface brings its own words: `addTexts(texts)` once at its start, `texts = {fr: {key: …}, en: {key: …}}`, or, so that
 *   a phone fetches one language only, `{fr: () => import("./x.fr.js"), en: …}` (default exports). Flat keys, which
 *   begin with the surface's name (`phone.…`, `console.…`, `wall.…`, `kiosk.…`, `front.…`). What several surfaces say
 *   stands in `common.fr.js` and `common.en.js` (`common.…`, `error.…`, `verb.…`, `close.…`). Nobody edits another's file.
 * - A value is a string with `{names}` to fill in, or, where a number decides, `{one, other, …}` by the language's plural
 *   rules for `{n}` (CLDR categories, Intl.PluralRules; `zero` may be given and wins for 0).
 * - A third language is one file, `languages/<tag>.json`: the build cuts it into the same pieces as English and French, so
 *   that a page fetches of it what it fetches of those (client/languages.config.js, docs/languages.md).
 * - A check reads the sources (client/tests/i18n): every key is used and there in both languages, filled in alike.
 */
import { signal } from "@preact/signals";
import { languages } from "./languages.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */
/** @typedef {Record<string, Text>} Dictionary */
/** @typedef {import("./keys.js").Key} Key */
/** @typedef {Record<string, string | number>} Fill */
/** @typedef {() => Promise<{ default: Dictionary }>} Loader */

/** Every word that is here, by language. A signal: what was drawn before its words were fetched is drawn again. */
const dictionaries = signal(/** @type {Record<string, Dictionary>} */ ({ en: {}, fr: {} }));

/** What was registered and not yet fetched, by language. @type {Record<string, Loader[]>} */
const unfetched = {};

/** Of it, sentences for refusals and partings, which most visits never need. @type {Record<string, Loader[]>} */
const refusals = {};

const STORED = "rebond.language";

/** The language in use. Read by every `t`, so that a change redraws what was drawn with it. */
export const language = signal("en");

/**
 * Adds a surface's words.
 * @param {Record<string, Dictionary | Loader>} texts
 * @param {Record<string, Loader[]>} [among]
 */
export function addTexts(texts, among = unfetched) {
  for (const [code, words] of Object.entries(texts)) {
    if (typeof words === "function") (among[code] ??= []).push(words);
    else dictionaries.value = { ...dictionaries.peek(), [code]: { ...dictionaries.peek()[code], ...words } };
  }
}

addTexts({ en: () => import("./common.en.js"), fr: () => import("./common.fr.js") });
addTexts({ en: () => import("./errors.en.js"), fr: () => import("./errors.fr.js") }, refusals);

/**
 * Fetches the words of a language that are not here yet.
 * @param {string} code
 */
export const fetchTexts = (code) => fetchAll(code, unfetched);

/** @param {string} code @param {Record<string, Loader[]>} among */
async function fetchAll(code, among) {
  await Promise.all((among[code] ?? []).map((load) => fetchOnce(code, load, among)));
}

/** What is on its way: whoever asks meanwhile waits for the same words. @type {Map<Loader, Promise<void>>} */
const coming = new Map();

/**
 * Words that did not come (a line that is gone) stay to be asked for again.
 * @param {string} code
 * @param {Loader} load
 * @param {Record<string, Loader[]>} among
 */
function fetchOnce(code, load, among) {
  const fetched =
    coming.get(load) ??
    load()
      .then(({ default: words }) => {
        addTexts({ [code]: words });
        among[code] = (among[code] ?? []).filter((one) => one !== load);
      })
      .finally(() => coming.delete(load));
  coming.set(load, fetched);
  return fetched;
}

/**
 * Fetches the sentences for refusals, where they are not here yet. Without a line there is nobody to refuse anything: then
 * the server's own words stand in for them.
 * @param {string} [code]
 */
export const fetchRefusals = (code = language.peek()) => fetchAll(code, refusals).catch(() => undefined);

/** When the page has nothing better to do; at once where a browser cannot tell when that is. @param {string} code */
async function fetchRefusalsLater(code) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(() => void fetchRefusals(code));
  else await fetchRefusals(code);
}

let started = false;
language.subscribe((code) => {
  if (started) void fetchTexts(code).catch(() => undefined); // whoever sets the signal directly gets the words a moment later
});

/**
 * The words for a key, filled in. What did not come while there was no line, and what is said at refusals and partings, is
 * fetched when it is asked for; a key that nobody has words for shows itself: seen at once in a test, and better than an
 * empty button.
 * @param {Key} key  put together only of closed unions: the type proves that every one of them has its words
 * @param {Fill} [fill]
 * @returns {string}
 */
export function t(key, fill = {}) {
  const code = language.value;
  const text = dictionaries.value[code]?.[key] ?? anywhere(key);
  if (text === undefined) {
    void fetchTexts(code).catch(() => undefined);
    void fetchRefusals(code);
    return unfetched[code]?.length || refusals[code]?.length ? "" : key;
  }
  return filled(typeof text === "string" ? text : chosen(text, Number(fill.n), code), fill);
}

/**
 * In whatever language it is here: while the words of another one are on their way.
 * @param {string} key
 */
const anywhere = (key) => Object.values(dictionaries.value).find((words) => key in words)?.[key];

/**
 * The sentence for an error code of the protocol; `fallback` (the server's own words) for a code newer than this client.
 * @param {{ code: string, message?: string, details?: Record<string, unknown> | null }} problem
 */
export function tError({ code, message, details }) {
  const key = /** @type {import("./keys.js").Under<"error.">} */ (`error.${code}`);
  const fill = Object.fromEntries(
    Object.entries(details ?? {}).filter(([, value]) => typeof value === "string" || typeof value === "number"),
  );
  const said = t(key, /** @type {Fill} */ (fill));
  return said && said !== key ? said : (message ?? t("error.unknown"));
}

/**
 * @param {Partial<Record<Intl.LDMLPluralRule, string>>} forms
 * @param {number} n
 * @param {string} code
 */
function chosen(forms, n, code) {
  if (n === 0 && forms.zero !== undefined) return forms.zero;
  return forms[new Intl.PluralRules(code).select(n)] ?? forms.other ?? "";
}

/**
 * @param {string} text
 * @param {Fill} fill
 */
function filled(text, fill) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = fill[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(language.peek()).format(value) : value;
  });
}

/**
 * Chooses the language: `?lang=` in the address, then the choice made before, then the browser's, then `fallback` (a
 * board's own language).
 * @param {string} [fallback]
 */
export function detectLanguage(fallback = "en") {
  const asked = new URLSearchParams(location.search).get("lang");
  return speak([asked, stored(), ...(navigator.languages ?? [navigator.language]), fallback]);
}

/**
 * The person chooses a language; remembered on this browser.
 * @param {string} code
 */
export function chooseLanguage(code) {
  try {
    localStorage.setItem(STORED, code);
  } catch {
    // private mode: the choice lasts as long as the page
  }
  return speak([code]);
}

/** How soon a page that has no words yet asks for them again: it has nothing to show without. */
const AGAIN_MS = 2_000;

/**
 * Speaks the first of these languages that there is: the very one, else one like it ("pt" or "pt-BR" for "pt-PT"). Where
 * its words cannot be fetched, the page goes on in the language it speaks.
 * @param {readonly (string | null)[]} wishes  BCP 47 tags
 */
export async function speak(wishes) {
  const near = wishes.flatMap((wish) => [wish, wish?.split("-")[0]]);
  const there = Object.keys(languages);
  const code = near.flatMap((wish) => there.find((one) => one === wish) ?? there.find((one) => one.split("-")[0] === wish) ?? [])[0] ?? "en";
  try {
    await fetchTexts(code);
  } catch {
    if (started) return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    await speak(wishes);
    return;
  }
  await fetchRefusalsLater(code);
  started = true;
  language.value = code;
  document.documentElement.lang = code;
}

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/**
 * For the test of completeness: all words that are here.
 * @returns {Readonly<Record<string, Dictionary>>}
 */
export const allTexts = () => dictionaries.peek();

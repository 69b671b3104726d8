// What a screen reader is told about the others' doings: gathered, politely, and never more than a few at a time.
import { signal } from "@preact/signals";
import { t } from "../i18n/index.js";
import "./texts.js";

/** How long news gather before they are said. */
export const GATHER_MS = 1_500;
/** How long what was said stays to be read: then it is old news, and perhaps of a card that nobody sees any more (DM6). */
export const STAY_MS = 5_000;
const SAID_AT_MOST = 3;

const said = signal("");
/** @type {string[]} */
const waiting = [];
let timer = 0;
let leaving = 0;

/**
 * @param {readonly string[]} news
 * @returns {string} the first few, and how many more there were
 */
export function gathered(news) {
  const rest = news.length - SAID_AT_MOST;
  const first = news.slice(0, SAID_AT_MOST).join(". ");
  return rest > 0 ? `${first}. ${t("part.said.more", { n: rest })}` : first;
}

/** Say this soon, together with what else happens meanwhile. @param {string} text */
export function say(text) {
  waiting.push(text);
  if (timer) return;
  timer = window.setTimeout(() => {
    timer = 0;
    said.value = gathered(waiting.splice(0));
    window.clearTimeout(leaving);
    leaving = window.setTimeout(() => (said.value = ""), STAY_MS);
  }, GATHER_MS);
}

/** Once on a page, there from its first render on. */
export function LiveRegion() {
  return (
    <p class="only-said" role="status" aria-live="polite" aria-atomic="true">
      {said.value}
    </p>
  );
}

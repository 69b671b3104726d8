/**
 * What there is on a screen for somebody who does not look at it: every sentence and every control, in the order in which
 * they stand, and what each is called. Knows elements; knows no voice and no finger.
 */
import { t } from "../../i18n/index.js";
import { spoken } from "../screens/spoken.js";

/** @typedef {import("../screens/spoken.js").Piece} Piece */

const CONTROLS = "button, a[href], textarea, input, select";
const WORDS = "h1, h2, h3, p, dt, dd, img[alt], [role='img'], figcaption";
const UNSAID = "[aria-hidden='true'], [inert], [hidden]";
/** What asks for an answer first: while it is there, nothing else is. */
const ASKING = "[role='alertdialog']";

/**
 * @param {Document} document
 * @param {(element: Element) => boolean} isDrawn  whether it is on the screen at all
 * @returns {Element[]} in reading order, none within another
 */
export function itemsOf(document, isDrawn) {
  const root = document.querySelector(ASKING) ?? document.body;
  const all = [...root.querySelectorAll(`${CONTROLS}, ${WORDS}`)].filter((one) => isSayable(one) && isDrawn(one));
  return all.filter((one) => !all.some((other) => other !== one && other.contains(one)));
}

/** @param {Element} element */
const isSayable = (element) => !element.closest(UNSAID) && !element.closest(".voice") && spokenOf(element).length > 0;

/**
 * The item under a finger: the control or the sentence it lies on, none beside them.
 * @param {Element | null} touched
 * @param {readonly Element[]} items
 * @returns {Element | null}
 */
export const itemAt = (touched, items) => items.find((one) => one === touched || (touched !== null && one.contains(touched))) ?? null;

/** @param {Element} element */
export const isControl = (element) => element.matches(CONTROLS);

/**
 * What is said of it: its words, then what it is and how it stands.
 * @param {Element} item
 * @returns {Piece[]}
 */
export function described(item) {
  const pieces = spokenOf(item);
  const lang = item.ownerDocument.documentElement.lang;
  const state = stateOf(item);
  if (state) pieces.push({ text: state, lang });
  return pieces;
}

/** @param {Element} item @returns {Piece[]} */
function spokenOf(item) {
  if (!item.matches("textarea, input")) return spoken(item);
  const field = /** @type {HTMLTextAreaElement} */ (item);
  const label = (item.getAttribute("aria-labelledby") ?? "")
    .split(" ")
    .map((id) => item.ownerDocument.getElementById(id)?.textContent ?? "")
    .join(" ");
  const lang = item.ownerDocument.documentElement.lang;
  const words = [{ text: item.getAttribute("aria-label") ?? label, lang }];
  // what is masked for the eye is masked for the ear (EN 301 549, 5.1.3.8)
  if (field.value && field.type !== "password") words.push({ text: field.value, lang: field.lang || lang });
  return words.filter(({ text }) => text.trim());
}

/** The word that the space key has just ended: whoever writes unseen hears it whole. @param {Element} item @returns {Piece[]} */
export function wordEndedBy(item) {
  const field = item.ownerDocument.querySelector("textarea");
  const word = item.matches("[data-skbtn='{space}']") ? field?.value.trim().split(/\s+/).at(-1) : "";
  return field && word ? [{ text: word, lang: field.lang || item.ownerDocument.documentElement.lang }] : [];
}

/** @param {Element} item */
function stateOf(item) {
  const said = [];
  if (item.matches("textarea, input")) said.push(t("kiosk.voice.field"));
  else if (isControl(item) && !item.closest(".keys")) said.push(t("kiosk.voice.button"));
  if (item.getAttribute("aria-pressed") === "true" || item.getAttribute("aria-checked") === "true") said.push(t("kiosk.voice.pressed"));
  if (item.getAttribute("aria-disabled") === "true") said.push(t("kiosk.voice.off"));
  return said.join(", ");
}

// Somebody's words within a sentence of ours, in the language of the page.
import { t } from "../i18n/index.js";
import "./texts.js";

const QUOTED_CHARS = 60;

/**
 * @param {string} text
 * @param {number} [most] characters
 * @returns {string} quoted in the language's own way, without its full stop, cut at a word when long
 */
export function quoted(text, most = QUOTED_CHARS) {
  const line = text.replace(/\s+/g, " ").trim().replace(/([^.])\.$/, "$1");
  if ([...line].length <= most) return t("part.quoted", { text: line });
  const cut = [...line].slice(0, most).join("");
  return t("part.quoted", { text: `${cut.replace(/\s+\S*$/, "").replace(/[\s,;:.]+$/, "")}…` });
}

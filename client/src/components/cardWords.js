// A card in words: its text, or what there is to say of it where it has none to show.
import { t } from "../i18n/index.js";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

/** @param {Pick<Card, "text" | "state" | "sealed"> | undefined} card @returns {string} never empty */
export function wordsOf(card) {
  if (card?.text) return card.text;
  if (card?.sealed && card.state === "shown") return t("part.card.sealed");
  return t(card?.state === "hidden" ? "card.hidden" : "card.erased");
}

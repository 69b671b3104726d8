// What is voted on, in words: a card's text, a stack's title, an option of the round's own.
import { t } from "../i18n/index.js";
import { wordsOf } from "./cardWords.js";
import { quoted } from "./quoted.js";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Group} Group */
/** @typedef {Pick<import("@protocol/generated/types.d.ts").RoundView, "on" | "options">} Round */

/**
 * A stack's title, or its first card's words where it has none.
 * @param {Group | undefined} group
 * @param {readonly Card[]} inside its cards, as far as they may be seen
 * @returns {string}
 */
export function stackTitle(group, inside) {
  if (group?.title) return group.title;
  const first = inside.find((card) => card.text !== "");
  return first ? t("part.stack.around", { text: quoted(first.text, 40) }) : t("part.stack.untitled");
}

/**
 * @param {Round} round
 * @param {{ cards: ReadonlyMap<string, Card>, groups?: ReadonlyMap<string, Group> | undefined }} board
 * @returns {(item: string) => string} an item's words
 */
export function labelsOf(round, { cards, groups }) {
  return (item) => {
    if (round.on === "options") return round.options?.[Number(item) - 1] ?? item;
    const group = groups?.get(item);
    if (group) return stackTitle(group, [...cards.values()].filter((card) => card.group === item));
    return wordsOf(cards.get(item));
  };
}

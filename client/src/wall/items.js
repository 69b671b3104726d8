// Cards and stacks as the layout knows them: how wide their words are, and who starts from whom.
import { stackTitle } from "../components/itemWords.js";
import { measured } from "./layout/words.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("./layout/layout.js").Item} Item */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/** How many of a stack's cards are named in it. */
export const NAMED_INSIDE = 3;
/** A stack's title is set bolder than a card's text. */
const TITLE_WIDER = 1.12;

/** Words once measured, as long as their card is there. @type {WeakMap<Card, { measure: unknown, words: import("./layout/words.js").Measured }>} */
const known = new WeakMap();

/** @param {Card} card @param {(word: string) => number} measure */
function wordsOf(card, measure) {
  if (card.state === "hidden" || card.text === "") return null;
  const before = known.get(card);
  if (before?.measure === measure) return before.words;
  const words = measured(card.text, measure);
  known.set(card, { measure, words });
  return words;
}

/** The quiet line is set smaller than the words. */
const QUIET = 0.84;
/** What stands in the quiet line beside words, with the room before or after it, in the line's own em (WallCard.css). */
const VERB = 1.7;
const BETWEEN = 0.8;
const MARKS = { segment: 1.4, staff: 1.4, rebounds: 2.4 };

/**
 * How wide author and credit are.
 * @param {Named} named
 * @param {(word: string) => number} measure
 * @returns {import("./layout/layout.js").Foot}
 */
function footOf({ author, credit, marks }, measure) {
  const quiet = (/** @type {string} */ word) => QUIET * measure(word);
  const beside = marks.reduce((sum, mark) => sum + MARKS[mark], VERB + BETWEEN);
  return { whole: quiet(author) + quiet(credit) + QUIET * beside, indent: QUIET * VERB, credit: measured(credit, quiet) };
}

/**
 * What a card says of people: who wrote it, with what else stands beside the name, and whom it credits.
 * @typedef {{ author: string, credit: string, marks: (keyof typeof MARKS)[] }} Named
 */

/**
 * @param {Card} card
 * @param {BoardMeta["sections"]} sections
 * @param {(word: string) => number} measure
 * @param {Named} [named]
 * @returns {Item & { field: string | null }}
 */
export const cardItem = (card, sections, measure, named) => ({
  id: card.id,
  words: wordsOf(card, measure),
  parents: card.parents,
  at_ms: card.at_ms,
  section: sectionOf(card.section, sections),
  field: sections.some((section) => section.id === card.section) ? card.section : null,
  ...(named && card.state !== "hidden" ? { foot: footOf(named, measure) } : {}),
});

/** @param {import("./scene.js").Stack} stack @param {(word: string) => number} measure @returns {Item} */
export const stackItem = ({ group, cards }, measure) => ({
  id: group.id,
  words: measured(stackTitle(group, cards), (word) => measure(word) * TITLE_WIDER),
  parents: [],
  at_ms: Math.min(...cards.map((card) => card.at_ms)),
  inside: Math.min(NAMED_INSIDE, cards.length),
});

/** @param {string | null} id @param {BoardMeta["sections"]} sections @returns {{ title: string, place: number } | null} */
export function sectionOf(id, sections) {
  const place = sections.findIndex((section) => section.id === id);
  const section = sections[place];
  return section ? { title: section.title, place } : null;
}

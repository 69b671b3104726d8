// A vote's outcome as ranks that keep their ties, and as a sentence that stands above every picture of it, in the language of the page.
import { t } from "../i18n/index.js";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Result} Result */
/** @typedef {{ rank: number, points: number, results: Result[] }} Place one rank, with everyone who shares it */

const QUOTED_CHARS = 60;
const NAMED_IN_TIE = 3;

/**
 * @param {readonly Result[]} results in any order
 * @returns {Place[]} those with points, best first, ties together, in a stable order within a tie
 */
export function placesOf(results) {
  /** @type {Map<number, Place>} */
  const places = new Map();
  for (const result of results) {
    if (result.points <= 0) continue;
    const place = places.get(result.rank) ?? { rank: result.rank, points: result.points, results: [] };
    place.results.push(result);
    places.set(result.rank, place);
  }
  return [...places.values()].sort((one, other) => one.rank - other.rank);
}

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

/**
 * @param {readonly Result[]} results
 * @param {(card: string) => string} textOf a card's words
 * @param {number} voters how many people voted
 * @returns {string} two or three short sentences
 */
export function resultsSentence(results, textOf, voters) {
  const [first, second] = placesOf(results);
  if (!first) return t("part.results.none");
  const sentences = [firstPlace(first, textOf)];
  const runnerUp = second?.results[0];
  if (second && runnerUp && first.results.length === 1 && second.results.length === 1) {
    sentences.push(t("part.results.then", { text: quoted(textOf(runnerUp.card)), n: second.points }));
  }
  sentences.push(t("part.results.voters", { n: voters }));
  return sentences.join(" ");
}

/** @param {Place} place @param {(card: string) => string} textOf */
function firstPlace(place, textOf) {
  const names = place.results.map((result) => quoted(textOf(result.card)));
  const [only] = names;
  if (names.length === 1 && only) return t("part.results.one", { first: only, n: place.points });
  if (names.length > NAMED_IN_TIE) return t("part.results.manyTie", { count: names.length, n: place.points });
  const last = names.pop() ?? "";
  return t("part.results.tie", { names: t("part.and", { first: names.join(", "), last }), n: place.points });
}

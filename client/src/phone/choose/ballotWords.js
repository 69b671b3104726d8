// My ballots in words: in the overview, beside an outcome, on the receipt.
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { AGREE, DISAGREE, PASS } from "./ballot.js";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */

/** In the order they stand on the screen. */
/** @type {readonly { mark: number, key: import("../../i18n/index.js").Key }[]} */
export const AGREEMENTS = [
  { mark: AGREE, key: "choose.agree" },
  { mark: PASS, key: "choose.pass" },
  { mark: DISAGREE, key: "choose.disagree" },
];

/** What a comparison's mark stands for, of the two items in the order of its key. @type {Record<number, import("../../i18n/index.js").Key>} */
const COMPARED = { [-1]: "choose.said.over", 0: "choose.said.tie", 1: "choose.said.over", 2: "choose.said.unsure" };

/**
 * What I said of one item.
 * @param {RoundView} round
 * @param {readonly number[]} marks
 * @returns {string}
 */
export function marksInWords(round, marks) {
  const [first = 0, second = 0] = marks;
  switch (round.method) {
    case "agree":
      return t(AGREEMENTS.find(({ mark }) => mark === first)?.key ?? "choose.pass");
    case "stars":
      return t("choose.stars", { n: first });
    case "quadratic":
      return t("choose.votes", { n: first });
    case "matrix":
      return t("choose.matrix.where", { effort: first, impact: second, all: round.scale });
    case "criteria":
      return round.criteria.map(({ label }, row) => t("choose.said.criterion", { label, n: marks[row] ?? 0 })).join(" · ");
    default:
      return marks.join(" · ");
  }
}

/**
 * One ballot of mine as a line: the item and what I said of it, or what I said of the two.
 * @param {RoundView} round
 * @param {string} key  the item's, or the pair's
 * @param {readonly number[]} said  points as well as marks
 * @param {(item: string) => string} labelOf
 * @returns {string}
 */
export function ballotInWords(round, key, said, labelOf) {
  if (round.method === "pairwise") {
    const [one = "", other = ""] = key.split(" ").map((id) => quoted(labelOf(id)));
    const [mark = 0] = said;
    const [first, second] = mark === 1 ? [other, one] : [one, other];
    return t(COMPARED[mark] ?? "choose.said.unsure", { one: first, other: second });
  }
  const text = quoted(labelOf(key));
  if (round.method === "choice" || round.method === "hands") return text;
  const words = round.method === "dots" ? t("choose.points", { n: said[0] ?? 0 }) : marksInWords(round, said);
  return t("choose.said.of", { text, words });
}

/**
 * All my ballots in a round, as lines.
 * @param {RoundView} round
 * @param {{ points?: Readonly<Record<string, number>> | undefined, marks?: Readonly<Record<string, readonly number[]>> | undefined }} mine
 * @param {(item: string) => string} labelOf
 * @returns {string[]}
 */
export function ballotsInWords(round, { points = {}, marks = {} }, labelOf) {
  /** @type {[string, readonly number[]][]} */
  const given = [...Object.entries(points).map(([key, n]) => /** @type {[string, number[]]} */ ([key, [n]])), ...Object.entries(marks)];
  return given.map(([key, said]) => ballotInWords(round, key, said, labelOf));
}

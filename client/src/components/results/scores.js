// What an outcome's numbers mean, in words and as places on a line. Pure; knows the ways of counting, no picture.
import { language, t } from "../../i18n/index.js";
import { quoted } from "../quoted.js";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Result} Result */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {NonNullable<RoundView["counted_by"]>} CountedBy */
/** @typedef {(item: string) => string} LabelOf an item's words: a card's text, a stack's title, an option */
/** @typedef {{ rank: number, results: Result[] }} Rank everyone who shares it */

/** How each method's ballots are counted where nobody has said otherwise. @type {Record<RoundView["method"], CountedBy>} */
export const COUNTED = {
  dots: "points",
  choice: "points",
  hands: "points",
  agree: "agreement",
  stars: "mean",
  criteria: "weighted",
  matrix: "balance",
  pairwise: "bradley_terry",
  quadratic: "net",
};

/** Scores that count heads or points: an item without any has nothing to show. */
const COUNTS = new Set(["points", "voters"]);
/** Scores that are percentages. */
const PERCENT = new Set(["agreement", "bradley_terry", "wins"]);
const NAMED_IN_TIE = 3;

/** @param {Result} result @returns {number} */
export const scoreOf = (result) => result.score ?? result.points;

/** With fewer people an interval says nothing that their marks do not say. */
const ENOUGH_FOR_INTERVAL = 3;

/**
 * Between what and what a score is, where the count says so, people enough have spoken, and it has any width.
 * @param {Result} result
 * @returns {[number, number] | null}
 */
export function intervalOf({ low, high, voters }) {
  if (low === undefined || high === undefined || voters < ENOUGH_FOR_INTERVAL) return null;
  return high > low ? [low, high] : null;
}

/**
 * The same in words; none where both ends read the same.
 * @param {Result} result
 * @param {number} [digits]
 * @returns {string}
 */
export function intervalWords(result, digits = 1) {
  const [low, high] = (intervalOf(result) ?? [0, 0]).map((end) => number(end, digits));
  return low === high ? "" : t("part.interval", { low: low ?? "", high: high ?? "" });
}

/**
 * The outcome by ranks, best first; ties stay together.
 * @param {readonly Result[]} results
 * @param {CountedBy} by
 * @returns {Rank[]}
 */
export function ranksOf(results, by) {
  /** @type {Map<number, Rank>} */
  const ranks = new Map();
  for (const result of results) {
    if (COUNTS.has(by) ? scoreOf(result) <= 0 : result.voters === 0) continue;
    const rank = ranks.get(result.rank) ?? { rank: result.rank, results: [] };
    rank.results.push(result);
    ranks.set(result.rank, rank);
  }
  return [...ranks.values()].sort((one, other) => one.rank - other.rank);
}

/**
 * The first ranks: a tie is drawn whole or named in one line, unless it is the first.
 * @param {readonly Rank[]} ranks
 * @param {number} atMost how many items
 * @returns {{ shown: Rank[], crowd: Rank | null, left: number }} `crowd`: the tie that follows and has no room to be
 *   drawn; `left`: how many items follow that
 */
export function firstRanks(ranks, atMost) {
  /** @type {Rank[]} */
  const shown = [];
  let room = atMost;
  /** @type {Rank | null} */
  let crowd = null;
  for (const rank of ranks) {
    if (shown.length > 0 && rank.results.length > room) {
      crowd = room > 0 && rank.results.length > 1 ? rank : null;
      break;
    }
    shown.push(shown.length === 0 ? { ...rank, results: rank.results.slice(0, Math.max(1, room)) } : rank);
    room -= rank.results.length;
  }
  const count = (/** @type {readonly Rank[]} */ list) => list.reduce((sum, rank) => sum + rank.results.length, 0);
  return { shown, crowd, left: count(ranks) - count(shown) - (crowd?.results.length ?? 0) };
}

/** @param {number} value @param {number} [digits] @returns {string} as the reader writes numbers, with a real minus */
export const number = (value, digits = 1) =>
  new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value).replace("-", "−");

/** @param {number} value of 100 @returns {string} as the reader writes a share */
export const percent = (value) => new Intl.NumberFormat(language.value, { style: "percent" }).format(value / 100);

/** @param {number} value @returns {string} with its sign */
export const signed = (value) => (value > 0 ? `+${number(value)}` : number(value));

/**
 * A score in words: "12 points", "3.8 of 5 on average".
 * @param {Result} result
 * @param {CountedBy} by
 * @param {Pick<RoundView, "scale" | "method">} round
 * @returns {string}
 */
export function scoreWords(result, by, { scale = 5, method }) {
  const score = scoreOf(result);
  const own = by === "points" && (method === "hands" || method === "choice") ? method : by;
  if (PERCENT.has(by)) return t(`part.score.${by}`, { n: Math.round(score), share: percent(score) });
  const text = by === "balance" || by === "net" ? signed(score) : number(score);
  return t(`part.score.${own}`, { n: score, text, scale: scale ?? 5 });
}

/**
 * The outcome in two or three short sentences.
 * @param {RoundView} round
 * @param {readonly Result[]} results
 * @param {CountedBy} by
 * @param {LabelOf} labelOf
 * @returns {string}
 */
export function outcomeSentence(round, results, by, labelOf) {
  const [first, second] = ranksOf(results, by);
  if (!first) return t("part.outcome.none");
  const sentences = [firstSentence(first, by, round, labelOf)];
  const [runnerUp] = second?.results ?? [];
  if (runnerUp && first.results.length === 1 && second?.results.length === 1) {
    sentences.push(t("part.outcome.then", { text: quoted(labelOf(runnerUp.card)), score: scoreWords(runnerUp, by, round) }));
  }
  sentences.push(...ABOUT[round.method]?.(round, results, labelOf) ?? []);
  if (overlap(first, second)) sentences.push(t("part.outcome.overlap"));
  sentences.push(t("part.outcome.voters", { n: round.voters }));
  return sentences.join(" ");
}

/** @param {Rank} rank @param {CountedBy} by @param {RoundView} round @param {LabelOf} labelOf */
function firstSentence({ results }, by, round, labelOf) {
  const [only] = results;
  if (!only) return "";
  const score = scoreWords(only, by, round);
  const names = results.map((result) => quoted(labelOf(result.card)));
  if (names.length === 1) return t("part.outcome.one", { first: names[0] ?? "", score });
  if (names.length > NAMED_IN_TIE) return t("part.outcome.manyTie", { count: names.length, score });
  return t("part.outcome.tie", { names: new Intl.ListFormat(language.value).format(names), score });
}

/** Whether the first place's interval reaches into the second's. @param {Rank} first @param {Rank | undefined} second */
function overlap(first, second) {
  const [one] = first.results;
  const [other] = second?.results ?? [];
  const [low, high] = [one && intervalOf(one)?.[0], other && intervalOf(other)?.[1]];
  return low !== undefined && high !== undefined && low < high;
}

/** What a method says beyond who is first. @type {Partial<Record<RoundView["method"], (round: RoundView, results: readonly Result[], labelOf: LabelOf) => string[]>>} */
const ABOUT = {
  matrix: (round, results, labelOf) => {
    const quick = results.filter((result) => quadrantOf(result, round.scale ?? 5) === "quick");
    return [t("part.outcome.quick", { n: quick.length, text: quoted(labelOf(quick[0]?.card ?? "")) })];
  },
  agree: (_round, results, labelOf) => {
    const divided = results.find((result) => divides(result));
    const [agree = 0, , disagree = 0] = divided?.counts ?? [];
    return divided ? [t("part.outcome.divides", { text: quoted(labelOf(divided.card)), agree, disagree })] : [];
  },
};

/** Nearly as many against as for, and enough of both. @param {Result} result */
function divides({ counts }) {
  const [agree = 0, , disagree = 0] = counts ?? [];
  return Math.min(agree, disagree) >= 2 && Math.min(agree, disagree) * 3 >= Math.max(agree, disagree) * 2;
}

/** @typedef {"quick" | "big" | "fill" | "leave"} Quadrant */

/**
 * @param {Result} result its counts are (people, sum of efforts, sum of impacts)
 * @returns {{ effort: number, impact: number } | null} means; null where nobody has said anything
 */
export function placeOf({ counts }) {
  const [people = 0, effort = 0, impact = 0] = counts ?? [];
  return people > 0 ? { effort: effort / people, impact: impact / people } : null;
}

/** @param {Result} result @param {number} scale @returns {Quadrant | null} null: on a line between two, or unknown */
export function quadrantOf(result, scale) {
  const place = placeOf(result);
  const middle = (scale + 1) / 2;
  if (!place || place.effort === middle || place.impact === middle) return null;
  if (place.impact > middle) return place.effort < middle ? "quick" : "big";
  return place.effort < middle ? "fill" : "leave";
}

/**
 * What another honest count of the same ballots would say.
 * @param {RoundView} round
 * @param {LabelOf} labelOf
 * @returns {string[]} a sentence for each other count
 */
export function recountSentences(round, labelOf) {
  const [first] = ranksOf(round.results ?? [], round.counted_by ?? COUNTED[round.method]);
  const leaders = new Set(first?.results.map((result) => result.card));
  return (round.recounts ?? []).flatMap((recount) => {
    const [best] = ranksOf(recount.results, recount.by);
    const [leader] = best?.results ?? [];
    if (!best || !leader) return [];
    const by = t(`part.counted.${recount.by}`);
    const same = leaders.size === best.results.length && best.results.every((one) => leaders.has(one.card));
    if (best.results.length > 1) return [t(same ? "part.recount.sameTie" : "part.recount.tie", { by, count: best.results.length })];
    return [t(same ? "part.recount.same" : "part.recount.other", { by, first: quoted(labelOf(leader.card)) })];
  });
}

/** The ends of the line that scores and whiskers are drawn on. @param {readonly Result[]} results @returns {[number, number]} */
export function spanOf(results) {
  const ends = results.flatMap((result) => [scoreOf(result), ...(intervalOf(result) ?? [])]);
  return [Math.min(0, ...ends), Math.max(0, ...ends) || 1];
}

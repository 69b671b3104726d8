/**
 * What there is to vote on, and where my ballot stands. Pure: values in, values out. The methods and what their numbers
 * mean are told in protocol/rebond_protocol/rounds.py; the server decides what it takes (DM1), this only saves refusals.
 *
 * @import { Card, Group, RoundView } from "@protocol/generated/types"
 */
import { shuffled } from "./order.js";
import { pairKey, pairMark } from "../../core/votes.js";

export { pairKey, pairMark };

/**
 * One thing to vote on. `cards`: what it holds, the one card itself or those of a stack; of an option none.
 * @typedef {{ id: string, kind: "card" | "group" | "option", text: string, cards: readonly Card[] }} Item
 */
/** @typedef {Readonly<Record<string, readonly number[]>>} Marks my marks in this round, by item or pair */
/** @typedef {Readonly<Record<string, number>>} Points my points in this round, by item */

/** What one mark of an agreement stands for. */
export const AGREE = 1;
export const PASS = 0;
export const DISAGREE = -1;

/** How each method is voted on the phone. @type {Record<RoundView["method"], "points" | "pick" | "marks" | "pairs">} */
export const WAYS = {
  dots: "points",
  quadratic: "points",
  choice: "pick",
  hands: "pick",
  agree: "marks",
  stars: "marks",
  criteria: "marks",
  matrix: "marks",
  pairwise: "pairs",
};

/** @param {Card} card whether everybody sees it, which is what makes it something to vote on */
const isOpen = (card) => card.state === "shown" && !card.sealed;

/**
 * What is voted on, in this person's own order: being first on the list helps nobody.
 * @param {RoundView} round
 * @param {Iterable<Card>} cards
 * @param {ReadonlyMap<string, Group>} groups
 * @param {string} participant
 * @param {(group: Group | undefined, inside: readonly Card[]) => string} titleOf  a stack's words
 * @returns {Item[]}
 */
export function itemsOf(round, cards, groups, participant, titleOf) {
  if (round.on === "options") {
    return round.options.map((text, place) => ({ id: String(place + 1), kind: "option", text, cards: [] }));
  }
  const open = [...cards].filter(isOpen);
  const items = round.on === "groups" ? stacksAndSingles(open, groups, titleOf) : open.map(single);
  return shuffled(items, `${round.id}:${participant}`);
}

/** @param {Card} card @returns {Item} */
const single = (card) => ({ id: card.id, kind: "card", text: card.text, cards: [card] });

/**
 * @param {readonly Card[]} cards
 * @param {ReadonlyMap<string, Group>} groups
 * @param {(group: Group | undefined, inside: readonly Card[]) => string} titleOf
 * @returns {Item[]}
 */
function stacksAndSingles(cards, groups, titleOf) {
  /** @type {Map<string, Card[]>} */
  const stacks = new Map();
  /** @type {Item[]} */
  const items = [];
  for (const card of cards) {
    const stack = card.group && groups.has(card.group) ? card.group : null;
    if (stack === null) items.push(single(card));
    else stacks.set(stack, [...(stacks.get(stack) ?? []), card]);
  }
  for (const [id, held] of stacks) {
    items.push({ id, kind: "group", text: titleOf(groups.get(id), held), cards: held });
  }
  return items;
}

/**
 * My ballots on what is not there to vote on any more (turned over, withdrawn, put on a stack): they still count against
 * my budget, and nobody but me can take them back.
 * @param {readonly Item[]} items
 * @param {Points} points
 * @param {Marks} marks
 * @returns {string[]} their keys
 */
export function goneOf(items, points, marks) {
  const given = [...Object.keys(points), ...Object.keys(marks)];
  if (given.length === 0) return given;
  const there = new Set(items.map((item) => item.id));
  return given.filter((key) => !key.split(" ").every((id) => there.has(id)));
}

// -- points: dots and credits -----------------------------------------------------------------------------------------

/** What `votes` on one item cost in credits (quadratic voting: Lalley and Weyl, 2018). @param {number} votes */
export const creditsFor = (votes) => votes * votes;

/**
 * How much of the budget is left.
 * @param {RoundView} round
 * @param {Points} points
 * @param {Marks} marks
 */
export function budgetLeft(round, points, marks) {
  const spent =
    round.method === "quadratic"
      ? sum(Object.values(marks).map(([votes = 0]) => creditsFor(votes)))
      : sum(Object.values(points));
  return round.budget - spent;
}

/**
 * How far an item may go from where it is: the fewest and the most votes that what is left of the budget allows.
 * @param {RoundView} round
 * @param {number} now  my votes on it
 * @param {number} left  of the budget
 * @returns {{ least: number, most: number }}
 */
export function reach(round, now, left) {
  if (round.method !== "quadratic") return { least: 0, most: Math.max(now, Math.min(round.cap, now + left)) };
  const most = Math.floor(Math.sqrt(Math.max(creditsFor(now), creditsFor(now) + left)));
  return { least: -most, most };
}

// -- marks: one item after the other ----------------------------------------------------------------------------------

/**
 * What is asked of each item: one row of answers, or several. `title` null: the question says it all.
 * @param {RoundView} round
 * @param {{ effort: string, impact: string }} axes  what the two axes of the matrix are called
 * @returns {{ title: string | null, from: number, to: number }[]}
 */
export function rowsOf(round, axes) {
  const scale = { from: 1, to: round.scale };
  switch (round.method) {
    case "agree":
      return [{ title: null, from: DISAGREE, to: AGREE }];
    case "criteria":
      return round.criteria.map(({ label }) => ({ title: label, ...scale }));
    case "matrix":
      return [axes.effort, axes.impact].map((title) => ({ title, ...scale }));
    default:
      return [{ title: null, ...scale }];
  }
}

/**
 * Where "next" leads: to the item below, at the end to the first without marks; -1 when there is none.
 * @param {readonly Item[]} items
 * @param {Marks} marks
 * @param {number} place
 */
export function placeAfter(items, marks, place) {
  if (place + 1 < items.length) return place + 1;
  const open = nextUnmarked(items, marks, 0);
  return open === place ? -1 : open;
}

/**
 * The first item without marks, from a place on and then from the beginning; -1 when all have some.
 * @param {readonly Item[]} items
 * @param {Marks} marks
 * @param {number} from
 */
export function nextUnmarked(items, marks, from) {
  for (let step = 0; step < items.length; step += 1) {
    const place = (from + step) % items.length;
    if (!marks[items[place]?.id ?? ""]) return place;
  }
  return -1;
}

// -- pairs ------------------------------------------------------------------------------------------------------------

/**
 * The pair to show next: of what I have compared least, with what I have compared least beside it. What was left for
 * later comes when nothing else is open, the longest ago first. Null when I have compared everything.
 * @param {readonly Item[]} items in my own order
 * @param {Marks} marks
 * @param {readonly string[]} [passed]  the pairs left for later, the latest last
 * @returns {[Item, Item] | null}
 */
export function nextPair(items, marks, passed = []) {
  /** @type {Map<string, number>} */
  const seen = new Map(items.map((item) => [item.id, 0]));
  for (const key of Object.keys(marks)) for (const id of key.split(" ")) seen.set(id, (seen.get(id) ?? 0) + 1);
  const rare = [...items].sort((a, b) => (seen.get(a.id) ?? 0) - (seen.get(b.id) ?? 0));
  const later = new Set(passed);
  for (let first = 0; first < rare.length; first += 1) {
    for (let second = first + 1; second < rare.length; second += 1) {
      const [one, other] = [/** @type {Item} */ (rare[first]), /** @type {Item} */ (rare[second])];
      const key = pairKey(one.id, other.id);
      if (!marks[key] && !later.has(key)) return [one, other];
    }
  }
  return passed.map((key) => pairOf(items, key)).find((pair) => pair && !marks[keyOf(pair)]) ?? null;
}

/** @param {readonly [Item, Item]} pair */
export const keyOf = ([one, other]) => pairKey(one.id, other.id);

/**
 * The two items of a ballot's key; null when one of them is not there any more.
 * @param {readonly Item[]} items
 * @param {string} key
 * @returns {[Item, Item] | null}
 */
export function pairOf(items, key) {
  const [one, other] = key.split(" ").map((id) => items.find((item) => item.id === id));
  return one && other ? [one, other] : null;
}

/** How many different pairs there are. @param {number} items */
export const pairsOf = (items) => (items * (items - 1)) / 2;

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

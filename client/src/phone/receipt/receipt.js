/**
 * What became of what I gave: my ideas, who rebounded on them, what I started from, my words on others' ideas, my votes.
 * Pure: a view of the board as I may see it. Nothing secret is in it that is not mine.
 *
 * @import { Card, Comment, Group, ParticipantView, RoundView } from "@protocol/generated/types"
 */

/**
 * @typedef {object} Board
 * @property {ReadonlyMap<string, Card>} cards
 * @property {ReadonlySet<string>} authored
 * @property {ReadonlyMap<string, readonly string[]>} childrenOf
 * @property {ReadonlyMap<string, readonly Comment[]>} comments
 * @property {ReadonlyMap<string, Group>} groups
 * @property {readonly RoundView[]} rounds
 * @property {Readonly<Record<string, Readonly<Record<string, number>>>>} ballots
 * @property {Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>} marks
 * @property {string | null} me
 */

/** @typedef {{ round: RoundView, rank: number, of: number, tied: boolean }} Outcome in one closed round */
/**
 * @typedef {object} Mine
 * @property {Card} card
 * @property {readonly Card[]} from        what it starts from
 * @property {readonly Card[]} led         what started from it, by somebody else or by me
 * @property {number} reach                how many ideas it led to, near and far
 * @property {readonly Outcome[]} outcomes
 * @property {Group | null} group
 * @property {number} comments             what others said about it
 */
/**
 * @typedef {object} Given  my ballots in one round
 * @property {RoundView} round
 * @property {Readonly<Record<string, number>>} points
 * @property {Readonly<Record<string, readonly number[]>>} marks
 */
/** @typedef {{ mine: Mine[], comments: Comment[], votes: Given[] }} Receipt */

/**
 * @param {Board} board
 * @returns {Receipt}
 */
export function receiptOf(board) {
  const { cards, authored, comments, me } = board;
  const mine = [...authored]
    .map((id) => cards.get(id))
    .filter((card) => card !== undefined)
    .sort((a, b) => a.at_ms - b.at_ms)
    .map((card) => becameOf(card, board));
  const said = [...comments.values()].flat().filter((comment) => me !== null && comment.author === me && isThere(comment));
  const votes = board.rounds
    .map((round) => ({ round, points: board.ballots[round.id] ?? {}, marks: board.marks[round.id] ?? {} }))
    .filter(({ points, marks }) => Object.keys(points).length + Object.keys(marks).length > 0);
  return { mine, comments: said, votes };
}

/** @param {Comment} comment whether it stands on the board, or will */
const isThere = ({ state }) => state === "shown" || state === "pending";

/** @param {Card} card @param {Board} board @returns {Mine} */
function becameOf(card, board) {
  const { cards, childrenOf, comments, groups, rounds, me } = board;
  /** @param {readonly string[]} ids */
  const known = (ids) => ids.map((id) => cards.get(id)).filter((one) => one !== undefined);
  return {
    card,
    from: known(card.parents),
    led: known(childrenOf.get(card.id) ?? []),
    reach: reachOf(card.id, childrenOf),
    outcomes: rounds.flatMap((round) => outcomeIn(round, card)),
    group: (card.group && groups.get(card.group)) || null,
    comments: (comments.get(card.id) ?? []).filter((one) => isThere(one) && (one.author !== me || me === null)).length,
  };
}

/** @param {string} id @param {ReadonlyMap<string, readonly string[]>} childrenOf */
function reachOf(id, childrenOf) {
  const seen = new Set();
  const ahead = [...(childrenOf.get(id) ?? [])];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    ahead.push(...(childrenOf.get(next) ?? []));
  }
  return seen.size;
}

/**
 * What came out for this card, or for the stack it stands in, once a round is closed.
 * @param {RoundView} round
 * @param {Card} card
 * @returns {Outcome[]}
 */
function outcomeIn(round, card) {
  /** @param {string | null | undefined} item */
  const of = (item) => round.results?.find((one) => one.card === item);
  const result = (round.on === "groups" && of(card.group)) || of(card.id);
  if (round.on === "options" || !round.results || !result) return [];
  const tied = round.results.filter((one) => one.rank === result.rank).length > 1;
  return [{ round, rank: result.rank, of: round.results.length, tied }];
}

/**
 * The receipt as a file to keep.
 * @param {string} title  the board's
 * @param {readonly { heading: string, lines: readonly string[] }[]} parts
 */
export function asMarkdown(title, parts) {
  const body = parts
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, lines }) => `## ${heading}\n\n${lines.map((line) => `- ${oneLine(line)}`).join("\n")}\n`);
  return [`# ${oneLine(title)}\n`, ...body].join("\n");
}

/** @param {string} text */
const oneLine = (text) => text.replace(/\s+/g, " ").trim();

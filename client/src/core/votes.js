/**
 * What I have said in the open rounds, with what is on its way laid over it: my own ballots are in sight from the press
 * on. Pure.
 *
 * @import { ClientCommand, Says } from "@protocol/generated/types"
 * @import { Ballots, Marks } from "./fold.js"
 */

/** @typedef {{ ballots: Ballots, marks: Marks }} Votes */

/**
 * What a comparison is stored under: its two items, the lesser id first.
 * @param {string} one
 * @param {string} other
 */
export const pairKey = (one, other) => (one < other ? `${one} ${other}` : `${other} ${one}`);

/** @type {Record<Exclude<Says, "left" | "right">, number>} */
const UNDECIDED = { tie: 0, unsure: 2 };

/**
 * The mark of a comparison: -1 for the item that comes first in the key, 1 for the other.
 * @param {string} left
 * @param {string} right
 * @param {Says} says
 */
export function pairMark(left, right, says) {
  if (says === "tie" || says === "unsure") return UNDECIDED[says];
  return (says === "left") === left < right ? -1 : 1;
}

/**
 * @param {Votes} stored
 * @param {readonly ClientCommand[]} saying  oldest first
 * @param {ReadonlySet<string>} [single]  rounds with one ballot a person: the next choice takes the place of the last
 * @returns {Votes}
 */
export const withVotes = (stored, saying, single = new Set()) =>
  saying.reduce((votes, command) => withVote(votes, command, single), stored);

/**
 * @param {Votes} votes
 * @param {ClientCommand} command
 * @param {ReadonlySet<string>} single
 * @returns {Votes}
 */
function withVote(votes, command, single) {
  const { ballots, marks } = votes;
  switch (command.type) {
    case "vote.cast": {
      const before = single.has(command.round) ? { ...ballots, [command.round]: {} } : ballots;
      return { marks, ballots: put(before, command.round, command.card, command.weight) };
    }
    case "vote.mark":
      return { ballots, marks: put(marks, command.round, command.card, command.marks) };
    case "vote.compare": {
      const { round, left, right, says } = command;
      return { ballots, marks: put(marks, round, pairKey(left, right), [pairMark(left, right, says)]) };
    }
    case "vote.retract":
      return { ballots: without(ballots, command.round, command.card), marks: without(marks, command.round, command.card) };
    default:
      return votes;
  }
}

/**
 * @template T
 * @param {Record<string, Record<string, T>>} rounds
 * @param {string} round
 * @param {string} key
 * @param {T} value
 */
const put = (rounds, round, key, value) => ({ ...rounds, [round]: { ...rounds[round], [key]: value } });

/**
 * @template T
 * @param {Record<string, Record<string, T>>} rounds
 * @param {string} round
 * @param {string} key
 */
function without(rounds, round, key) {
  if (!rounds[round]) return rounds;
  const rest = { ...rounds[round] };
  delete rest[key];
  return { ...rounds, [round]: rest };
}

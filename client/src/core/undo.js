/**
 * Taking back what one has just done: which commands undo a command, and whether that still harms nobody (PRODUCT §5, 3).
 *
 * An action can be taken back by whoever did it, in the tab they did it in, as long as what it touched is still as they
 * left it: another's change since then, however small, ends the offer. The inverse is an ordinary command: the server
 * decides on it as on any other. Pure: states in, commands out. What has no honest inverse (a reveal, an erasure, a closed
 * vote) has no row. What only a moderator does has its rows on the console (console/undoRows.js): no phone fetches them.
 *
 * @import { Card, ClientCommand } from "@protocol/generated/types"
 * @import { BoardState } from "./fold.js"
 */
import { cardsOf } from "./fold.js";
import { pairKey, pairMark } from "./votes.js";

/**
 * @typedef {object} Deed  One accepted command of this tab.
 * @property {ClientCommand} command
 * @property {string | undefined} made   what it created
 * @property {BoardState} before         the board without it
 * @property {BoardState} after          the board when it had arrived
 * @property {number} seq                how far I had heard by then
 */

/**
 * @typedef {object} Row
 * @property {(state: BoardState, command: any, made: string) => unknown} at
 *   what the command touched, as it is in this state: compared by value; undefined: it is not there
 * @property {(before: BoardState, now: BoardState, command: any, made: string) => ClientCommand[] | null} back
 *   the commands that undo it; null: there is none, after all
 */

/**
 * The commands that take this deed back on the board as it is now; null where that is not to be offered.
 * @param {Deed} deed
 * @param {BoardState} now
 * @returns {ClientCommand[] | null}
 */
export function inverseOf({ command, made = "", before, after }, now) {
  const row = ROWS[command.type] ?? BALLOTS[command.type];
  if (!row) return null;
  const left = row.at(after, command, made);
  if (left === undefined || !same(left, row.at(now, command, made))) return null;
  return row.back(before, now, command, made);
}

/**
 * Whether such a command can be taken back from anywhere, as one's last action. A ballot only beside where it was given.
 * @param {ClientCommand["type"]} type
 */
export const isUndoable = (type) => type in ROWS;

/** The deeds that would be taken back, and by what. @typedef {{ which: readonly Deed[], commands: readonly ClientCommand[] }} Way */

/**
 * Back from the last deed that has a way back; null where another has changed what it touched.
 * @param {readonly Deed[]} deeds
 * @param {BoardState | null} now
 * @returns {Way | null}
 */
export function lastWay(deeds, now) {
  const last = deeds.filter(({ command }) => isUndoable(command.type)).pop();
  const commands = last && now && inverseOf(last, now);
  return last && commands ? { which: [last], commands } : null;
}

/**
 * Back from certain deeds together, without those that another has changed since. The earliest goes first: cards that left
 * a row side by side come back side by side, each before the same one that stayed.
 * @param {readonly ClientCommand[]} done
 * @param {readonly Deed[]} deeds
 * @param {BoardState | null} now
 * @returns {Way | null}
 */
export function wayOf(done, deeds, now) {
  const mine = now ? deeds.filter(({ command }) => done.includes(command)) : [];
  const ways = mine.map((deed) => ({ deed, back: now ? (inverseOf(deed, now) ?? []) : [] }));
  const open = ways.filter(({ back }) => back.length > 0);
  if (open.length === 0) return null;
  return { which: open.map(({ deed }) => deed), commands: open.flatMap(({ back }) => back) };
}

/** @param {unknown} one @param {unknown} other */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @param {BoardState} state @param {string} id */
export const cardIn = (state, id) => state.own.get(id) ?? state.shared.get(id);

/** @param {BoardState} state @param {string} id */
const commentIn = (state, id) => state.ownComments.get(id) ?? state.comments.get(id);

/**
 * @param {BoardState} state
 * @param {(card: Card) => boolean} which
 * @returns {string[]} ids, in the order of the board
 */
export const idsOf = (state, which) =>
  [...cardsOf(state).values()]
    .filter(which)
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    .map((card) => card.id);

/** @param {BoardState} state @param {string} group */
export const membersOf = (state, group) => idsOf(state, (card) => card.group === group);

/** @param {BoardState} state @param {string} id */
const childrenOf = (state, id) => idsOf(state, (card) => card.parents.includes(id));

/**
 * A card's fields, which must be as they were left.
 * @param {(keyof Card)[]} fields
 * @returns {Row["at"]}
 */
export const cardFields = (fields) => (state, { card }) => {
  const now = cardIn(state, card);
  return now && fields.map((field) => now[field] ?? null);
};

/** A new card is as it was left while nobody has touched it, put it elsewhere or started from it. @type {Row} */
export const NEW_CARD = {
  at: (state, _, made) => {
    const { rev, state: shown, section, group } = cardIn(state, made) ?? {};
    return rev && [rev, shown, section, group ?? null, childrenOf(state, made)];
  },
  back: (_, now, __, made) => (BINNED.has(cardIn(now, made)?.state ?? "") ? null : [{ type: "card.withdraw", card: made }]),
};
const BINNED = new Set(["withdrawn", "removed", "erased", ""]);

/**
 * A card's state is changed, and changed back by what its former state says.
 * @param {Partial<Record<Card["state"], "card.restore" | "card.withdraw" | "card.remove" | "card.hide" | "card.show">>} ways
 *   the former state → the way back to it
 * @returns {Row}
 */
export const cardState = (ways) => ({
  at: cardFields(["state", "rev"]),
  back: (before, _, { card }) => {
    const type = ways[cardIn(before, card)?.state ?? "erased"];
    return type ? [{ type, card }] : null;
  },
});

/**
 * @param {Partial<Record<string, "comment.restore" | "comment.withdraw" | "comment.remove">>} ways
 * @returns {Row}
 */
const commentState = (ways) => ({
  at: (state, { comment }) => commentIn(state, comment)?.state,
  back: (before, _, { comment }) => {
    const type = ways[commentIn(before, comment)?.state ?? ""];
    return type ? [{ type, comment }] : null;
  },
});

/**
 * The one after it in a list, which is where it goes back before.
 * @param {readonly string[]} list
 * @param {string} id
 * @param {(id: string) => boolean} there
 */
export const nextOf = (list, id, there) => list.slice(list.indexOf(id) + 1).find(there) ?? null;

/** Where cards were stacked before: back onto stacks that are still there. @param {BoardState} before @param {BoardState} now @param {readonly string[]} cards */
export function backToGroups(before, now, cards) {
  /** @type {Map<string, string[]>} */
  const former = new Map();
  for (const card of cards) {
    const group = cardIn(before, card)?.group;
    if (group && now.groups.has(group)) former.set(group, [...(former.get(group) ?? []), card]);
  }
  return [...former].map(([group, ids]) => /** @type {ClientCommand} */ ({ type: "group.add", group, cards: ids }));
}

/** @param {string} card @returns {ClientCommand} */
const taken = (card) => ({ type: "group.take", card });

/** @param {BoardState} state @param {readonly string[]} cards */
const groupsOf = (state, cards) => cards.map((card) => cardIn(state, card)?.group ?? null);

/** @param {BoardState} state @param {string} card */
export const groupOf = (state, card) => cardIn(state, card)?.group ?? "";

/** @type {Record<string, Row>} */
const ROWS = {
  "card.add": NEW_CARD,
  "card.rebound": NEW_CARD,
  "card.edit": {
    at: cardFields(["rev", "text"]),
    back: (before, now, { card, base_rev }) => {
      const [was, is] = [cardIn(before, card), cardIn(now, card)];
      if (!was || !is || was.rev !== base_rev || is.rev !== base_rev + 1) return null;
      return [{ type: "card.edit", card, text: was.text, base_rev: is.rev }];
    },
  },
  "card.move": {
    at: cardFields(["section", "order", "group"]),
    back: (before, now, { card, section = null }) => {
      const was = cardIn(before, card);
      if (!was || cardIn(now, card)?.section !== section) return null;
      const column = idsOf(before, (other) => other.section === was.section);
      const next = nextOf(column, card, (id) => cardIn(now, id)?.section === was.section);
      return [{ type: "card.move", card, section: was.section, before: next }];
    },
  },
  "card.tag": {
    at: cardFields(["tags", "colour"]),
    back: (before, _, { card }) => {
      const was = cardIn(before, card);
      return was ? [{ type: "card.tag", card, tags: was.tags ?? [], colour: was.colour ?? null }] : null;
    },
  },
  "card.withdraw": cardState({ shown: "card.restore", pending: "card.restore", hidden: "card.restore" }),
  "card.restore": cardState({ withdrawn: "card.withdraw", removed: "card.remove" }),

  "group.make": {
    at: (state, _, made) => state.groups.has(made) && [state.groups.get(made)?.title, membersOf(state, made)],
    back: (before, now, { cards }, made) =>
      now.groups.has(made) && same(membersOf(now, made), idsOf(now, (card) => cards.includes(card.id)))
        ? [{ type: "group.dissolve", group: made }, ...backToGroups(before, now, cards)]
        : null,
  },
  "group.add": {
    at: (state, { cards, group }) => state.groups.has(group) && groupsOf(state, cards),
    back: (before, now, { cards, group }) => {
      if (groupsOf(now, cards).some((one) => one !== group)) return null;
      const moved = cards.filter((/** @type {string} */ card) => cardIn(before, card)?.group !== group);
      const back = backToGroups(before, now, moved);
      const placed = new Set(back.flatMap((command) => ("cards" in command ? command.cards : [])));
      const loose = moved.filter((/** @type {string} */ card) => !placed.has(card));
      return [...back, ...loose.map(taken)];
    },
  },
  "group.take": {
    at: cardFields(["group", "section"]),
    back: (before, now, { card }) => {
      const group = cardIn(before, card)?.group;
      return group && now.groups.has(group) && !cardIn(now, card)?.group ? [{ type: "group.add", group, cards: [card] }] : null;
    },
  },
  "group.rename": {
    at: (state, { group }) => state.groups.has(group) && (state.groups.get(group)?.title ?? null),
    back: (before, now, { group, title = null }) => {
      const was = before.groups.get(group);
      return was && now.groups.get(group)?.title === title ? [{ type: "group.rename", group, title: was.title }] : null;
    },
  },
  "group.dissolve": {
    at: (state, { group }) => !state.groups.has(group) && [],
    back: (before, now, { group }) => {
      const cards = membersOf(before, group);
      const loose = cards.length > 1 && cards.every((card) => cardIn(now, card) && !cardIn(now, card)?.group);
      return loose ? [{ type: "group.make", cards, title: before.groups.get(group)?.title ?? null }] : null;
    },
  },

  "comment.add": {
    at: (state, _, made) => commentIn(state, made)?.state,
    back: (_, now, __, made) =>
      ["shown", "pending"].includes(commentIn(now, made)?.state ?? "") ? [{ type: "comment.withdraw", comment: made }] : null,
  },
  "comment.withdraw": commentState({ shown: "comment.restore", pending: "comment.restore" }),
  "comment.remove": commentState({ shown: "comment.restore", pending: "comment.restore" }),
  "comment.restore": commentState({ withdrawn: "comment.withdraw", removed: "comment.remove" }),
};

/**
 * What I gave to an item or a pair, once more; taken back where I had given nothing.
 * @param {BoardState} before
 * @param {string} round
 * @param {string} key
 * @returns {ClientCommand}
 */
function given(before, round, key) {
  const weight = before.ballots[round]?.[key];
  const marks = before.marks[round]?.[key];
  if (weight) return { type: "vote.cast", round, card: key, weight };
  if (!marks) return { type: "vote.retract", round, card: key };
  const [left = "", right] = key.split(" ");
  if (right === undefined) return { type: "vote.mark", round, card: key, marks };
  const says = SAYS.find((one) => pairMark(left, right, one) === marks[0]) ?? "unsure";
  return { type: "vote.compare", round, left, right, says };
}

/** @type {readonly import("@protocol/generated/types").Says[]} */
const SAYS = ["left", "right", "tie", "unsure"];

/** What a vote is stored under. @param {any} command */
const keyOf = ({ card, left, right }) => card ?? pairKey(left, right);

/** @type {Row} */
const BALLOT = {
  at: ({ rounds, ballots, marks }, command) =>
    rounds.some(({ id, state }) => id === command.round && state === "open")
      ? [ballots[command.round]?.[keyOf(command)], marks[command.round]?.[keyOf(command)]]
      : undefined,
  back: (before, _, command) => [given(before, command.round, keyOf(command))],
};

/** @type {Record<string, Row>} */
const BALLOTS = { "vote.cast": BALLOT, "vote.mark": BALLOT, "vote.compare": BALLOT, "vote.retract": BALLOT };

/** What else a surface does, and how it is taken back. @param {Record<string, Row>} rows */
export const addRows = (rows) => void Object.assign(ROWS, rows);

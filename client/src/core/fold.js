/**
 * What the board is, as a pure fold: a snapshot, then events, then what is only mine (DM2, on this side of the wire).
 *
 * Values in, values out: no clock, no signal, no socket. A batch copies only the parts it touches, once, so that whoever
 * compares by identity sees what changed. Unknown events are passed over: the protocol may grow (DESIGN §7).
 *
 * @import { BoardView, Card, CardId, OutgoingEvent, ParticipantId, ParticipantView, RoundView, Section, YoursFrame } from "@protocol/generated/types"
 */

/** @typedef {Omit<BoardView, "cards" | "rounds" | "participants">} BoardMeta */
/** @typedef {Record<string, Record<string, number>>} Ballots round → card → points */

/**
 * @typedef {object} BoardState
 * @property {BoardMeta} meta
 * @property {ReadonlyMap<string, Card>} shared  cards as this audience sees them
 * @property {ReadonlyMap<string, Card>} own     my cards that the others cannot see as they are; they win over `shared`
 * @property {ReadonlySet<string>} authored      ids of my cards
 * @property {readonly RoundView[]} rounds       oldest first
 * @property {ReadonlyMap<string, ParticipantView>} people
 * @property {Ballots} ballots
 */

/**
 * A snapshot: forget what you knew, except what is mine, which `yours` replaces next.
 * @param {BoardView} view
 * @param {BoardState | null} before
 * @returns {BoardState}
 */
export function fromSnapshot(view, before) {
  const { cards, rounds, participants, ...meta } = view;
  return {
    meta,
    shared: new Map(cards.map((card) => [card.id, card])),
    own: before?.own ?? new Map(),
    authored: before?.authored ?? new Set(),
    rounds,
    people: new Map(participants.map((person) => [person.participant, person])),
    ballots: before?.ballots ?? {},
  };
}

/**
 * @param {BoardState} state
 * @param {readonly OutgoingEvent[]} events
 * @returns {BoardState}
 */
export function withEvents(state, events) {
  const draft = new Draft(state);
  for (const event of events) {
    /** @type {((draft: Draft, event: any) => void) | undefined} */
    const apply = FOLDS[event.type];
    apply?.(draft, event);
  }
  return draft.state;
}

/**
 * What only I may see. `whole` after a welcome: what is not named is no longer mine to see apart.
 * @param {BoardState} state
 * @param {Pick<YoursFrame, "ballots" | "cards" | "authored">} yours
 * @param {boolean} whole
 * @returns {BoardState}
 */
export function withYours(state, { ballots, cards, authored }, whole) {
  const draft = new Draft(whole ? { ...state, own: new Map() } : state);
  for (const card of cards ?? []) {
    if (seenByAll(card)) draft.put(card);
    else draft.map("own").set(card.id, card);
  }
  const { own } = draft.state;
  return {
    ...draft.state,
    authored: authored || own.size > 0 ? new Set([...(authored ?? state.authored), ...own.keys()]) : state.authored,
    ballots: whole ? ballots : { ...state.ballots, ...ballots },
  };
}

/**
 * A card I have just made is mine, before anything else says so.
 * @param {BoardState} state
 * @param {string} card
 * @returns {BoardState}
 */
export const withAuthored = (state, card) =>
  state.authored.has(card) ? state : { ...state, authored: new Set([...state.authored, card]) };

/**
 * All cards as I see them.
 * @param {Pick<BoardState, "shared" | "own">} state
 * @returns {Map<string, Card>}
 */
export const cardsOf = ({ shared, own }) => new Map([...shared, ...own]);

/**
 * Cards by the order of sections, then of cards in them; equal places by age, so that the order is the same everywhere.
 * @param {Iterable<Card>} cards
 * @param {readonly Section[]} sections
 * @returns {Card[]}
 */
export function inOrder(cards, sections) {
  const place = new Map(sections.map((section, index) => [section.id, index]));
  /** @param {Card} card */
  const column = (card) => (card.section === null ? -1 : (place.get(card.section) ?? -1));
  return [...cards].sort(
    (a, b) => column(a) - column(b) || a.order - b.order || a.at_ms - b.at_ms || (a.id < b.id ? -1 : 1),
  );
}

/**
 * The lineage downwards: card → the cards that start from it, oldest first.
 * @param {ReadonlyMap<string, Card>} cards
 * @returns {Map<string, string[]>}
 */
export function childrenByParent(cards) {
  /** @type {Map<string, string[]>} */
  const children = new Map();
  for (const card of cards.values()) {
    for (const parent of card.parents) {
      const known = children.get(parent);
      if (known) known.push(card.id);
      else children.set(parent, [card.id]);
    }
  }
  const age = (/** @type {string} */ id) => cards.get(id)?.at_ms ?? 0;
  for (const ids of children.values()) ids.sort((one, other) => age(one) - age(other));
  return children;
}

/** @param {Card} card */
const seenByAll = (card) => card.state === "shown" && !card.sealed;

/** The state under change: each part is copied at the first touch. */
class Draft {
  /** @param {BoardState} state */
  constructor(state) {
    this.state = { ...state };
    /** @type {Set<string>} */
    this.fresh = new Set();
  }

  /**
   * @template {"shared" | "own" | "people"} K
   * @param {K} part
   * @returns {Map<string, any>}
   */
  map(part) {
    if (!this.fresh.has(part)) {
      this.fresh.add(part);
      this.state = { ...this.state, [part]: new Map(/** @type {Map<string, any>} */ (this.state[part])) };
    }
    return /** @type {Map<string, any>} */ (/** @type {unknown} */ (this.state[part]));
  }

  /** @param {Partial<BoardMeta>} change */
  meta(change) {
    this.state = { ...this.state, meta: { ...this.state.meta, ...change } };
  }

  /**
   * @param {string} id
   * @param {(round: RoundView) => RoundView} change
   */
  round(id, change) {
    this.state = { ...this.state, rounds: this.state.rounds.map((round) => (round.id === id ? change(round) : round)) };
  }

  /**
   * A card as the audience now sees it, whole.
   * @param {Card} card
   * @param {ParticipantView} [author]
   */
  put(card, author) {
    this.map("shared").set(card.id, card);
    if (seenByAll(card) && this.state.own.has(card.id)) this.map("own").delete(card.id);
    if (author) this.map("people").set(author.participant, author);
  }

  /**
   * Part of a card changes, wherever it stands.
   * @param {string} id
   * @param {(card: Card) => Card} change
   */
  card(id, change) {
    for (const part of /** @type {const} */ (["shared", "own"])) {
      const card = this.state[part].get(id);
      if (card) this.map(part).set(id, change(card));
    }
  }
}

/**
 * One row an event.
 * @type {Record<string, (draft: Draft, event: any) => void>}
 */
const FOLDS = {
  "card.added": (draft, { card, author }) => draft.put(card, author),
  "card.changed": (draft, { card, author }) => draft.put(card, author),
  "card.gone": (draft, { card }) => void draft.map("shared").delete(card),
  "card.edited": (draft, { card, text, rev, edited_ms }) =>
    draft.card(card, (old) => (old.rev < rev ? { ...old, text, rev, edited_ms } : old)),
  "card.moved": (draft, { card, section, order }) => draft.card(card, (old) => ({ ...old, section, order })),
  "card.linked": (draft, { card, parents, verb, owes }) =>
    draft.card(card, ({ verb: _verb, owes: _owes, ...old }) => ({
      ...old,
      parents,
      ...(verb ? { verb } : {}),
      ...(owes ? { owes } : {}),
    })),
  "cards.revealed": (draft, { cards, authors }) => {
    for (const author of authors) draft.map("people").set(author.participant, author);
    for (const card of cards) draft.put(card);
  },

  "round.opened": (draft, { round, at_ms, method, title, budget, cap, secret }) => {
    /** @type {RoundView} */
    const opened = { id: round, method, title, budget, cap, secret, state: "open", opened_ms: at_ms, voters: 0 };
    if (!secret) opened.tallies = {};
    const others = draft.state.rounds.filter((known) => known.id !== round);
    draft.state = { ...draft.state, rounds: [...others, opened] };
  },
  "round.tallied": (draft, { round, voters, tallies }) =>
    draft.round(round, (old) => ({
      ...old,
      voters,
      ...(tallies ? { tallies: { ...old.tallies, ...tallies } } : {}),
    })),
  "round.closed": (draft, { round, at_ms, tallies, results, voters }) =>
    draft.round(round, (old) => ({
      ...old,
      state: "closed",
      closed_ms: at_ms,
      voters: voters ?? old.voters,
      ...(tallies ? { tallies } : {}),
      ...(results ? { results } : {}),
    })),

  "section.added": (draft, { section }) => draft.meta({ sections: [...draft.state.meta.sections, section] }),
  "section.renamed": (draft, { section }) =>
    draft.meta({ sections: draft.state.meta.sections.map((old) => (old.id === section.id ? section : old)) }),
  "section.removed": (draft, { section }) => {
    draft.meta({ sections: draft.state.meta.sections.filter((old) => old.id !== section) });
    for (const part of /** @type {const} */ (["shared", "own"])) {
      for (const card of draft.state[part].values()) {
        if (card.section === section) draft.map(part).set(card.id, { ...card, section: null });
      }
    }
  },

  "step.changed": (draft, { step }) => draft.meta({ step }),
  "board.renamed": (draft, { title }) => draft.meta({ title }),
  "board.locked": (draft) => draft.meta({ locked: true }),
  "board.unlocked": (draft) => draft.meta({ locked: false }),
  "timer.set": (draft, { timer }) => draft.meta({ timer }),
};

/** Every event this fold knows: a test compares it with the protocol's list. */
export const knownEvents = Object.keys(FOLDS);

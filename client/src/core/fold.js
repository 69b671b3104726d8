/**
 * What the board is, as a pure fold: a snapshot, then events, then what is only mine (DM2, on this side of the wire).
 *
 * Values in, values out: no clock, no signal, no socket. A batch copies only the parts it touches, once, so that whoever
 * compares by identity sees what changed. Unknown events are passed over: the protocol may grow (DESIGN §7).
 *
 * @import { BoardView, Card, Comment, Group, OutgoingEvent, ParticipantView, Reaction, RoundView, Section, YoursFrame } from "@protocol/generated/types"
 */

/** @typedef {Omit<BoardView, "cards" | "rounds" | "participants" | "groups" | "comments" | "reactions">} BoardMeta */
/** @typedef {Record<string, Record<string, number>>} Ballots round → item → points */
/** @typedef {Record<string, Record<string, number[]>>} Marks round → item or pair → marks */
/** @typedef {Partial<Record<Reaction, number>>} Counted reaction → how many gave it */

/**
 * @typedef {object} BoardState
 * @property {BoardMeta} meta
 * @property {ReadonlyMap<string, Card>} shared  cards as this audience sees them
 * @property {ReadonlyMap<string, Card>} own     my cards that the others cannot see as they are; they win over `shared`
 * @property {ReadonlySet<string>} authored      ids of my cards
 * @property {readonly RoundView[]} rounds       oldest first
 * @property {ReadonlyMap<string, ParticipantView>} people
 * @property {ReadonlyMap<string, Group>} groups
 * @property {ReadonlyMap<string, Comment>} comments     as this audience sees them
 * @property {ReadonlyMap<string, Comment>} ownComments  mine that the others cannot see as they are; they win
 * @property {ReadonlyMap<string, Counted>} reactions    card → how many gave which
 * @property {Ballots} ballots
 * @property {Marks} marks
 * @property {Readonly<Record<string, Reaction>>} myReactions  card → mine
 * @property {boolean} muted  whether I may write nothing
 */

/** What an older node does not tell of a board. @type {Partial<BoardMeta>} */
const UNTOLD = { plan: [], hands: [], relaunch: null, spotlight: null, wall_hidden: false, removed: [], muted: [] };

/**
 * A snapshot: forget what you knew, except what is mine, which `yours` replaces next.
 * @param {BoardView} view
 * @param {BoardState | null} before
 * @returns {BoardState}
 */
export function fromSnapshot(view, before) {
  const { cards, rounds, participants, groups, comments, reactions, ...meta } = view;
  return {
    meta: { ...UNTOLD, ...meta },
    shared: new Map(cards.map((card) => [card.id, card])),
    own: before?.own ?? new Map(),
    authored: before?.authored ?? new Set(),
    rounds,
    people: new Map(participants.map((person) => [person.participant, person])),
    groups: new Map((groups ?? []).map((group) => [group.id, group])),
    comments: new Map((comments ?? []).map((comment) => [comment.id, comment])),
    ownComments: before?.ownComments ?? new Map(),
    reactions: new Map(Object.entries(reactions ?? {})),
    ballots: before?.ballots ?? {},
    marks: before?.marks ?? {},
    myReactions: before?.myReactions ?? {},
    muted: before?.muted ?? false,
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
 * @param {Omit<YoursFrame, "type" | "seq">} yours
 * @param {boolean} whole
 * @returns {BoardState}
 */
export function withYours(state, { ballots, cards, authored, marks = {}, comments, reactions, muted }, whole) {
  const draft = new Draft(whole ? { ...state, own: new Map(), ownComments: new Map() } : state);
  for (const card of cards ?? []) {
    if (seenByAll(card)) draft.put(card);
    else draft.map("own").set(card.id, card);
  }
  for (const comment of comments ?? []) {
    if (comment.state === "shown") draft.say(comment);
    else draft.map("ownComments").set(comment.id, comment);
  }
  const { own } = draft.state;
  return {
    ...draft.state,
    authored: authored || own.size > 0 ? new Set([...(authored ?? state.authored), ...own.keys()]) : state.authored,
    ballots: whole ? ballots : { ...state.ballots, ...ballots },
    marks: whole ? marks : { ...state.marks, ...marks },
    myReactions: reactions || whole ? withReactions(whole ? {} : state.myReactions, reactions ?? {}) : state.myReactions,
    muted: muted ?? (whole ? false : state.muted),
  };
}

/**
 * @param {Readonly<Record<string, Reaction>>} mine
 * @param {Readonly<Record<string, Reaction | null>>} told  null: taken back
 * @returns {Record<string, Reaction>}
 */
export function withReactions(mine, told) {
  /** @type {Record<string, Reaction>} */
  const now = { ...mine };
  for (const [card, reaction] of Object.entries(told)) {
    if (reaction) now[card] = reaction;
    else delete now[card];
  }
  return now;
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
 * What was said about each card, oldest first, mine as I see them.
 * @param {Pick<BoardState, "comments" | "ownComments">} state
 * @returns {Map<string, Comment[]>}
 */
export function commentsByCard({ comments, ownComments }) {
  /** @type {Map<string, Comment[]>} */
  const said = new Map();
  for (const comment of new Map([...comments, ...ownComments]).values()) {
    const known = said.get(comment.card);
    if (known) known.push(comment);
    else said.set(comment.card, [comment]);
  }
  for (const list of said.values()) list.sort((a, b) => a.at_ms - b.at_ms || (a.id < b.id ? -1 : 1));
  return said;
}

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
   * @template {"shared" | "own" | "people" | "groups" | "comments" | "ownComments" | "reactions"} K
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
   * A comment as the audience now sees it, whole.
   * @param {Comment} comment
   * @param {ParticipantView} [author]
   */
  say(comment, author) {
    this.map("comments").set(comment.id, comment);
    if (comment.state === "shown" && this.state.ownComments.has(comment.id)) this.map("ownComments").delete(comment.id);
    if (author) this.map("people").set(author.participant, author);
  }

  /**
   * Who stands on one of the moderators' lists, and who no longer does.
   * @param {"removed" | "muted"} list
   * @param {string} participant
   * @param {boolean} on
   */
  listed(list, participant, on) {
    const others = this.state.meta[list].filter((one) => one !== participant);
    this.meta({ [list]: on ? [...others, participant] : others });
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

  /**
   * The same change to every card that asks for it.
   * @param {(card: Card) => boolean} which
   * @param {(card: Card) => Card} change
   */
  cards(which, change) {
    for (const part of /** @type {const} */ (["shared", "own"])) {
      for (const card of this.state[part].values()) if (which(card)) this.map(part).set(card.id, change(card));
    }
  }
}

/** Methods whose ballots are points: they are told as tallies, all others as counts. */
const POINTS = new Set(["dots", "choice", "hands", "quadratic"]);

/**
 * Absolute numbers over those known; an item that nobody gave anything has no row.
 * @template T
 * @param {Record<string, T> | undefined} before
 * @param {Record<string, T>} told
 * @param {(value: T) => boolean} given
 * @returns {Record<string, T>}
 */
const over = (before, told, given) =>
  Object.fromEntries(Object.entries({ ...before, ...told }).filter(([, value]) => given(value)));

/**
 * What an event does say; what it leaves out stays as it was.
 * @param {Record<string, unknown>} said
 */
const told = (said) => Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null));

/**
 * @param {Card} card
 * @param {string | null} group
 * @returns {Card}
 */
function inGroup({ group: _group, ...card }, group) {
  return group === null ? card : { ...card, group };
}

/**
 * A record with this entry, or without it.
 * @template T
 * @param {Record<string, T> | undefined} before  none in a snapshot of an older node
 * @param {string} key
 * @param {T | null} value
 * @returns {Record<string, T>}
 */
function withEntry(before, key, value) {
  const after = { ...before };
  if (value === null) delete after[key];
  else after[key] = value;
  return after;
}

/** @param {readonly string[] | undefined} boards @param {string} board */
const without = (boards, board) => (boards ?? []).filter((one) => one !== board);

/** One row an event. @type {Record<string, (draft: Draft, event: any) => void>} */
export const FOLDS = {
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
  "card.tagged": (draft, { card, tags, colour }) =>
    draft.card(card, ({ tags: _tags, colour: _colour, ...old }) => ({
      ...old,
      ...(tags.length > 0 ? { tags } : {}),
      ...(colour ? { colour } : {}),
    })),
  "cards.revealed": (draft, { cards, authors }) => {
    for (const author of authors) draft.map("people").set(author.participant, author);
    for (const card of cards) draft.put(card);
  },

  "group.changed": (draft, { group }) => void draft.map("groups").set(group.id, group),
  "cards.grouped": (draft, { cards, group }) => {
    for (const card of cards) draft.card(card, (old) => inGroup(old, group));
  },
  "group.gone": (draft, { group }) => {
    draft.map("groups").delete(group);
    draft.cards(
      (card) => card.group === group,
      (card) => inGroup(card, null),
    );
  },

  "round.opened": (draft, { type: _type, round: id, at_ms, ...said }) => {
    /** @type {RoundView} */
    const opened = { on: "cards", options: [], criteria: [], scale: 5, ...said, id, state: "open", opened_ms: at_ms, voters: 0 };
    if (!opened.secret) opened[POINTS.has(opened.method) ? "tallies" : "counts"] = {};
    const others = draft.state.rounds.filter((known) => known.id !== id);
    draft.state = { ...draft.state, rounds: [...others, opened] };
  },
  "round.tallied": (draft, { round, voters, tallies, counts }) =>
    draft.round(round, (old) => ({
      ...old,
      voters,
      ...(tallies ? { tallies: over(old.tallies, tallies, (points) => points !== 0) } : {}),
      ...(counts ? { counts: over(old.counts, counts, (count) => count.some((n) => n !== 0)) } : {}),
    })),
  "round.closed": (draft, { type: _type, round, at_ms, ...outcome }) =>
    draft.round(round, (old) => ({ ...old, ...told(outcome), state: "closed", closed_ms: at_ms })),

  "section.added": (draft, { section }) => draft.meta({ sections: [...draft.state.meta.sections, section] }),
  "section.renamed": (draft, { section }) =>
    draft.meta({ sections: draft.state.meta.sections.map((old) => (old.id === section.id ? section : old)) }),
  "section.removed": (draft, { section }) => {
    draft.meta({ sections: draft.state.meta.sections.filter((old) => old.id !== section) });
    draft.cards(
      (card) => card.section === section,
      (card) => ({ ...card, section: null }),
    );
    for (const group of draft.state.groups.values()) {
      if (group.section === section) draft.map("groups").set(group.id, { ...group, section: null });
    }
  },

  "comment.added": (draft, { comment, author }) => draft.say(comment, author),
  "comment.changed": (draft, { comment, author }) => draft.say(comment, author),
  "comment.gone": (draft, { comment }) => {
    draft.map("comments").delete(comment);
    if (draft.state.ownComments.has(comment)) draft.map("ownComments").delete(comment);
  },
  "reactions.counted": (draft, { cards }) => {
    for (const [card, counted] of Object.entries(cards)) {
      if (Object.keys(counted).length > 0) draft.map("reactions").set(card, counted);
      else draft.map("reactions").delete(card);
    }
  },

  "card.history": (draft, { card, stages }) =>
    draft.meta({ stages: withEntry(draft.state.meta.stages, card, stages.length > 0 ? stages : null) }),
  "card.showcased": (draft, { card, showcase }) =>
    draft.meta({ showcases: withEntry(draft.state.meta.showcases, card, showcase) }),
  "opinions.counted": (draft, { cards }) => {
    let { opinions } = draft.state.meta;
    for (const [card, counted] of Object.entries(cards)) {
      opinions = withEntry(opinions, card, Object.keys(counted).length > 0 ? counted : null);
    }
    draft.meta({ opinions });
  },
  "lab.linked": (draft, { board }) => draft.meta({ lab: [...without(draft.state.meta.lab, board), board] }),
  "lab.unlinked": (draft, { board }) => draft.meta({ lab: without(draft.state.meta.lab, board) }),
  "kiosk.settings_changed": (draft, { settings }) => draft.meta({ kiosk: settings }),
  "kiosk.seats_changed": () => undefined, // a seat is no part of the board

  "hand.raised": (draft, { participant, at_ms }) => {
    const { hands } = draft.state.meta;
    if (!hands.some((hand) => hand.participant === participant)) draft.meta({ hands: [...hands, { participant, at_ms }] });
  },
  "hand.lowered": (draft, { participant }) =>
    draft.meta({ hands: draft.state.meta.hands.filter((hand) => hand.participant !== participant) }),
  "board.relaunched": (draft, { relaunch }) => draft.meta({ relaunch }),
  "spotlight.turned": (draft, { spotlight }) => draft.meta({ spotlight }),
  "wall.turned": (draft, { hidden }) => draft.meta({ wall_hidden: hidden }),

  "participant.removed": (draft, { participant }) => draft.listed("removed", participant, true),
  "participant.readmitted": (draft, { participant }) => draft.listed("removed", participant, false),
  "participant.muted": (draft, { participant, muted }) => draft.listed("muted", participant, muted),
  "participant.promoted": (draft, { participant, role }) => {
    const known = draft.state.people.get(participant);
    if (known) draft.map("people").set(participant, { ...known, role });
  },

  "step.changed": (draft, { step }) => draft.meta({ step }),
  "plan.changed": (draft, { plan }) => draft.meta({ plan }),
  "board.renamed": (draft, { title }) => draft.meta({ title }),
  "board.locked": (draft) => draft.meta({ locked: true }),
  "board.unlocked": (draft) => draft.meta({ locked: false }),
  "timer.set": (draft, { timer }) => draft.meta({ timer }),
};

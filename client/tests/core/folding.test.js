// DM2 on this side of the wire: whatever happened in whatever order, the fold of the events is the board that a snapshot
// taken afterwards shows. The model below keeps a board in the plainest way and tells each change as the server would.
import { describe, expect, it } from "vitest";
import { fromSnapshot, withEvents } from "../../src/core/fold.js";
import { boardView, card } from "../components/boardStore.js";
import { seeded } from "./world.js";

const STEPS = 150;
const POINTS = ["dots", "choice", "hands", "quadratic"];

class Model {
  /** @param {() => number} random */
  constructor(random) {
    this.random = random;
    this.count = 0;
    /** @type {any} */
    this.view = boardView({ participants: [] });
  }

  id() {
    this.count += 1;
    return `x${this.count}`;
  }

  /** @template T @param {readonly T[]} among @returns {T} */
  pick(among) {
    return /** @type {T} */ (among[Math.floor(this.random() * among.length)]);
  }

  /** @param {number} chance */
  maybe(chance) {
    return this.random() < chance;
  }

  get card() {
    return this.pick(/** @type {any[]} */ (this.view.cards));
  }

  get group() {
    return this.pick(/** @type {any[]} */ (this.view.groups));
  }

  get round() {
    return this.pick(/** @type {any[]} */ (this.view.rounds.filter((/** @type {any} */ round) => round.state === "open")));
  }

  /** @returns {any} */
  author() {
    const person = { participant: this.pick(["p1", "p2", "p3"]), role: "participant", segment: null, name: "N" };
    const known = this.view.participants.find((/** @type {any} */ one) => one.participant === person.participant);
    if (!known) this.view.participants.push(person);
    return known ?? person;
  }

  /** One thing that happens: changes the view, and returns the events that tell it. @returns {any[]} */
  happen() {
    const names = Object.keys(this.deeds);
    return this.deeds[this.pick(names)]?.() ?? [];
  }

  /** @type {Record<string, () => any[] | undefined>} */
  deeds = {
    add: () => {
      const author = this.author();
      const made = card({ id: this.id(), author: author.participant, order: this.count, at_ms: this.count });
      if (this.maybe(0.3) && this.card) made.parents = [this.card.id];
      this.view.cards.push(made);
      return [{ type: "card.added", card: { ...made }, author }];
    },
    edit: () => this.card && this.change(this.card, { text: `t${this.id()}`, edited_ms: 5 }, "card.edited", true),
    move: () => this.card && this.change(this.card, { section: this.pick([null, ...this.sections]), order: this.random() }, "card.moved"),
    link: () => {
      const one = this.card;
      if (!one) return undefined;
      const parents = this.maybe(0.3) ? [] : [this.card.id];
      delete one.verb;
      delete one.owes;
      one.parents = parents;
      if (parents.length > 0) Object.assign(one, { verb: "extends", ...(this.maybe(0.5) ? { owes: "much" } : {}) });
      return [{ type: "card.linked", card: one.id, parents, verb: one.verb ?? null, owes: one.owes ?? null }];
    },
    tag: () => {
      const one = this.card;
      if (!one) return undefined;
      delete one.tags;
      delete one.colour;
      const [tags, colour] = [this.maybe(0.5) ? ["t"] : [], this.maybe(0.5) ? 3 : null];
      if (tags.length > 0) one.tags = tags;
      if (colour) one.colour = colour;
      return [{ type: "card.tagged", card: one.id, tags, colour }];
    },
    hide: () => {
      const one = this.card;
      if (!one) return undefined;
      Object.assign(one, { state: one.state === "shown" ? "hidden" : "shown" });
      return [{ type: "card.changed", card: { ...one } }];
    },
    gone: () => {
      const one = this.card;
      if (!one || !this.maybe(0.3)) return undefined;
      this.view.cards = this.view.cards.filter((/** @type {any} */ other) => other !== one);
      return [{ type: "card.gone", card: one.id }];
    },
    reveal: () => {
      const author = this.author();
      const made = card({ id: this.id(), author: author.participant, order: this.count });
      this.view.cards.push(made);
      const sealed = { ...made, text: "", author: null, sealed: true };
      return [{ type: "card.added", card: sealed }, { type: "cards.revealed", at_ms: 1, cards: [{ ...made }], authors: [author] }];
    },
    stack: () => {
      const cards = this.view.cards.filter(() => this.maybe(0.3));
      if (cards.length < 2) return undefined;
      const group = { id: this.id(), title: null, section: cards[0].section, order: cards[0].order };
      this.view.groups.push(group);
      for (const one of cards) one.group = group.id;
      return [{ type: "group.changed", group: { ...group } }, { type: "cards.grouped", cards: cards.map((/** @type {any} */ { id }) => id), group: group.id }];
    },
    title: () => {
      const { group } = this;
      if (!group) return undefined;
      group.title = this.id();
      return [{ type: "group.changed", group: { ...group } }];
    },
    unstack: () => {
      const { group } = this;
      if (!group) return undefined;
      this.view.groups = this.view.groups.filter((/** @type {any} */ other) => other !== group);
      for (const one of this.view.cards) if (one.group === group.id) delete one.group;
      return [{ type: "group.gone", group: group.id }];
    },
    take: () => {
      const one = this.card;
      if (!one?.group) return undefined;
      delete one.group;
      return [{ type: "cards.grouped", cards: [one.id], group: null }];
    },
    open: () => {
      const secret = this.maybe(0.5);
      const method = this.pick([...POINTS, "agree", "stars", "pairwise"]);
      const said = { method, title: null, budget: 5, cap: 2, secret, on: "cards", options: [], criteria: [], scale: 5 };
      const id = this.id();
      const told = secret ? {} : { [POINTS.includes(method) ? "tallies" : "counts"]: {} };
      this.view.rounds.push({ ...said, id, state: "open", opened_ms: 9, voters: 0, ...told });
      return [{ type: "round.opened", round: id, at_ms: 9, ...said }];
    },
    tally: () => {
      const { round } = this;
      if (!round) return undefined;
      round.voters += 1;
      if (round.secret) return [{ type: "round.tallied", round: round.id, voters: round.voters }];
      const item = this.pick(["a", "b", "c"]);
      const part = round.tallies ? "tallies" : "counts";
      const value = this.pick(/** @type {any[]} */ (part === "tallies" ? [0, 1, -2] : [[0, 0], [1, 0]]));
      round[part] = { ...round[part], [item]: value };
      if (value === 0 || String(value) === "0,0") delete round[part][item];
      return [{ type: "round.tallied", round: round.id, voters: round.voters, [part]: { [item]: value } }];
    },
    close: () => {
      const { round } = this;
      if (!round) return undefined;
      const results = [{ card: "a", points: 1, voters: 1, rank: 1 }];
      const outcome = { counts: { a: [1, 2] }, counted_by: "net", results, recounts: [{ by: "points", results }], voters: 7 };
      Object.assign(round, outcome, { state: "closed", closed_ms: 11 });
      return [{ type: "round.closed", round: round.id, at_ms: 11, ...outcome }];
    },
    section: () => {
      const section = { id: this.id(), title: "S", hint: null };
      this.view.sections.push(section);
      const renamed = { ...section, title: "T" };
      this.view.sections = this.view.sections.map((/** @type {any} */ one) => (one === section ? renamed : one));
      return [{ type: "section.added", section }, { type: "section.renamed", section: renamed }];
    },
    unsection: () => {
      const section = this.pick(this.sections);
      if (!section || !this.maybe(0.3)) return undefined;
      this.view.sections = this.view.sections.filter((/** @type {any} */ one) => one.id !== section);
      for (const one of [...this.view.cards, ...this.view.groups]) if (one.section === section) one.section = null;
      return [{ type: "section.removed", section }];
    },
    say: () => {
      if (!this.card) return undefined;
      const author = this.author();
      const comment = { id: this.id(), card: this.card.id, text: "hm", author: author.participant, at_ms: this.count, state: "shown" };
      this.view.comments.push(comment);
      return [{ type: this.pick(["comment.added", "comment.changed"]), comment: { ...comment }, author }];
    },
    unsay: () => {
      const comment = this.pick(/** @type {any[]} */ (this.view.comments));
      if (!comment) return undefined;
      this.view.comments = this.view.comments.filter((/** @type {any} */ one) => one !== comment);
      return [{ type: "comment.gone", comment: comment.id }];
    },
    react: () => {
      if (!this.card) return undefined;
      const { id } = this.card;
      const counted = this.maybe(0.3) ? {} : { heart: 1 + Math.floor(this.random() * 4) };
      this.view.reactions = { ...this.view.reactions, [id]: counted };
      if (!counted.heart) delete this.view.reactions[id];
      return [{ type: "reactions.counted", cards: { [id]: counted } }];
    },
    hand: () => {
      const participant = this.pick(["p1", "p2"]);
      const up = this.view.hands.some((/** @type {any} */ hand) => hand.participant === participant);
      this.view.hands = this.view.hands.filter((/** @type {any} */ hand) => hand.participant !== participant);
      if (up) return [{ type: "hand.lowered", participant }];
      this.view.hands = [...this.view.hands, { participant, at_ms: this.count }];
      const raised = { type: "hand.raised", participant, at_ms: this.count };
      return [raised, raised];
    },
    attention: () => {
      const relaunch = this.maybe(0.5) ? { id: this.id(), text: "And now?", segment: null, about: "unseen", at_ms: 3 } : null;
      const spotlight = this.maybe(0.5) ? { card: "x1", group: null } : null;
      const hidden = this.maybe(0.5);
      Object.assign(this.view, { relaunch, spotlight, wall_hidden: hidden });
      return [{ type: "board.relaunched", relaunch }, { type: "spotlight.turned", spotlight }, { type: "wall.turned", hidden }];
    },
    people: () => {
      const participant = "p1";
      const on = this.maybe(0.5);
      for (const list of ["removed", "muted"]) {
        this.view[list] = this.view[list].filter((/** @type {string} */ one) => one !== participant);
        if (on) this.view[list].push(participant);
      }
      const known = this.view.participants.find((/** @type {any} */ one) => one.participant === participant);
      const role = this.pick(["staff", "participant"]);
      if (known) this.view.participants = this.view.participants.map((/** @type {any} */ one) => (one === known ? { ...one, role } : one));
      return [
        { type: on ? "participant.removed" : "participant.readmitted", participant },
        { type: "participant.muted", participant, muted: on },
        { type: "participant.promoted", participant, role },
      ];
    },
    steer: () => {
      const step = { ...this.view.step, id: this.id(), private: this.maybe(0.5) };
      const plan = [step, { ...step, id: this.id() }];
      const timer = this.maybe(0.5) ? { started_ms: 1, ends_ms: 2 } : null;
      const locked = this.maybe(0.5);
      Object.assign(this.view, { step, plan, timer, locked, title: this.id() });
      return [
        { type: "step.changed", step },
        { type: "plan.changed", plan },
        { type: "timer.set", timer },
        { type: locked ? "board.locked" : "board.unlocked" },
        { type: "board.renamed", title: this.view.title },
      ];
    },
  };

  get sections() {
    return this.view.sections.map((/** @type {any} */ { id }) => id);
  }

  /** @param {any} one @param {any} to @param {string} type @param {boolean} [revises] @returns {any[]} */
  change(one, to, type, revises = false) {
    Object.assign(one, to);
    if (revises) one.rev += 1;
    return [{ type, card: one.id, ...to, ...(revises ? { rev: one.rev } : {}) }];
  }
}

/** The parts of a state that a snapshot tells. @param {import("../../src/core/fold.js").BoardState} state */
const told = ({ meta, shared, rounds, people, groups, comments, reactions }) => ({ meta, shared, rounds, people, groups, comments, reactions });

describe("the fold of what happened is the board (DM2)", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    it(`after any history (seed ${seed})`, () => {
      const model = new Model(seeded(seed));
      let state = fromSnapshot(structuredClone(model.view), null);
      for (let step = 0; step < STEPS; step += 1) {
        state = withEvents(state, structuredClone(model.happen()));
        if (step % 25 === 24) expect(told(state)).toEqual(told(fromSnapshot(structuredClone(model.view), null)));
      }
    });
  }
});

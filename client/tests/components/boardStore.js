// A board in a test: the client's own fold over a snapshot, with its commands written down instead of sent.
import { computed, signal } from "@preact/signals";
import { LIMITS } from "@protocol/generated/tables.js";
import { cardsOf, childrenByParent, commentsByCard, fromSnapshot, inOrder } from "../../src/core/fold.js";

/** @typedef {import("@protocol/generated/types.d.ts").BoardView} BoardView */
/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */

/** @param {Partial<Card>} change @returns {Card} */
export const card = (change = {}) => ({
  id: "c1",
  text: "Open on Saturdays",
  section: null,
  author: "p1",
  rev: 1,
  parents: [],
  kind: "idea",
  state: "shown",
  at_ms: 1_000,
  order: 1,
  ...change,
});

/** @type {import("@protocol/generated/types.d.ts").Permission[]} */
const EVERYTHING = ["add", "rebound", "edit", "move", "group", "comment", "react", "vote"];

/** @param {Partial<BoardView>} change @returns {BoardView} */
export const boardView = (change = {}) => ({
  id: "b1",
  code: "KTE7X",
  title: "What would make you come back?",
  template: "brainstorm",
  locale: "en",
  anonymous: false,
  locked: false,
  created_ms: 0,
  segments: [{ id: "customer", label: "Customer" }],
  sections: [],
  cards: [],
  rounds: [],
  stages: {},
  showcases: {},
  opinions: {},
  lab: [],
  kiosk: { idle_s: 60, keyboard: null },
  participants: [{ participant: "p1", role: "participant", segment: "customer", name: "Ana" }],
  step: { id: "open", instruction: null, allows: [...EVERYTHING], private: false, approve: false, view: "cards" },
  timer: null,
  plan: [],
  groups: [],
  comments: [],
  reactions: {},
  hands: [],
  relaunch: null,
  spotlight: null,
  wall_hidden: false,
  removed: [],
  muted: [],
  ...change,
});

/** @param {BoardView} view */
export function boardStore(view) {
  const state = signal(fromSnapshot(view, null));
  /** @type {ClientCommand[]} */
  const sent = [];
  /** What was taken back, together. @type {(readonly ClientCommand[])[]} */
  const undone = [];
  const cards = computed(() => cardsOf(state.value));
  const status = signal("live");
  const late = signal(false);
  const outgoing = signal(/** @type {import("../../src/core/store.js").Outgoing[]} */ ([]));
  const ended = signal(/** @type {{ code: string } | null} */ (null));
  const store = {
    status,
    line: computed(() => (late.value ? "late" : status.value)),
    ended,
    you: signal({ participant: "m", role: "moderator", segment: null, name: null }),
    limits: signal({ card_text_chars: LIMITS.CARD_TEXT_CHARS }),
    skewMs: signal(0),
    board: computed(() => state.value.meta),
    cards,
    ordered: computed(() => inOrder(cards.value.values(), state.value.meta.sections)),
    childrenOf: computed(() => childrenByParent(cards.value)),
    rounds: computed(() => state.value.rounds),
    openRound: computed(() => state.value.rounds.find((round) => round.state === "open") ?? null),
    people: computed(() => state.value.people),
    groups: computed(() => state.value.groups),
    comments: computed(() => commentsByCard(state.value)),
    reactions: computed(() => state.value.reactions),
    ballots: computed(() => state.value.ballots),
    marks: computed(() => state.value.marks),
    myReactions: computed(() => state.value.myReactions),
    muted: computed(() => state.value.muted),
    authored: computed(() => state.value.authored),
    undo: signal({ can: false, label: null, undo: async () => undefined }),
    undoOf: (/** @type {readonly ClientCommand[]} */ done) => ({ can: done.length > 0, undo: async () => void undone.push(done) }),
    saidReady: signal(false),
    sayReady: () => undefined,
    presence: signal({ type: "presence", here: 3, writing: 1, segments: { customer: 2 }, ready: 0 }),
    outgoing,
    submit: async (/** @type {ClientCommand} */ command) => {
      sent.push(command);
      return { id: sent.length, seq: sent.length };
    },
  };
  return {
    store: /** @type {import("../../src/core/store.js").BoardStore} */ (/** @type {unknown} */ (store)),
    status,
    late,
    outgoing,
    ended,
    sent,
    undone,
    /** What the server says next. @param {Partial<BoardView>} change */
    becomes: (change) => {
      state.value = fromSnapshot({ ...view, ...change }, null);
    },
  };
}

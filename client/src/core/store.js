/**
 * The board as a surface sees it: signals to draw from, `submit` to change it. The one module that surfaces import.
 *
 * Composition only: `session` (what is said), `connection` (the line), `outbox` (what must not be lost), `courier` (what
 * closed tabs left behind), `fold` (what the board is). It knows no screen, no words and no element.
 *
 * @import { AcceptedFrame, ClientCommand, Limits, PresenceFrame, Reaction, You } from "@protocol/generated/types"
 * @import { ReadonlySignal } from "@preact/signals"
 * @import { Ballots, BoardMeta, BoardState, Marks } from "./fold.js"
 * @import { Outbox, Reason, Tab } from "./outbox.js"
 * @import { Effect } from "./session.js"
 * @import { Vault } from "./vault.js"
 * @import { World } from "./connection.js"
 */
import { batch, computed, signal } from "@preact/signals";
import { LIMITS } from "@protocol/generated/tables.js";
import { BROWSER, Connection } from "./connection.js";
import {
  cardsOf,
  childrenByParent,
  commentsByCard,
  fromSnapshot,
  inOrder,
  withAuthored,
  withEvents,
  withReactions,
  withYours,
} from "./fold.js";
import { ask as request } from "./http.js";
import { watchAnswers } from "./lateness.js";
import { create, hasOrphans, LEASE_MS, LeaseLost, openOutbox, tabOf } from "./outbox.js";
import { Refused } from "./refused.js";
import { Session } from "./session.js";
import { openVault } from "./vault.js";
import { randomId } from "./ids.js";
import { withVotes } from "./votes.js";

export { Refused };

/** @typedef {"connecting" | "live" | "offline" | "ended"} Status */
/** How it looks to whoever waits: `late` is a live line on which a command has had no answer for long. */
/** @typedef {Status | "late"} Line */
/**
 * A command of mine on its way, or refused and kept until the person retries or discards it.
 * @typedef {{ id: number, command: ClientCommand, state: "sending" | "refused", reason?: Reason }} Outgoing
 */
/** @typedef {Pick<AcceptedFrame, "id" | "seq" | "made">} Accepted */
/** @typedef {import("./undo.js").Deed} Deed */

/**
 * @typedef {object} Options
 * @property {string} token
 * @property {string} board      the board's id
 * @property {string} [seat]     whose outbox, see identity.js; the token itself decides where it is left out
 * @property {string} [url]      the WebSocket's address
 * @property {Partial<Surroundings>} [surroundings]  what a test replaces, or a kiosk that must leave no trace
 *   (`openVault: async () => memoryVault()`)
 * @property {() => Promise<typeof import("./undo.js")>} [ways]  how what is done on this surface is taken back
 */

/**
 * @typedef {object} Surroundings
 * @property {() => Promise<Vault>} openVault
 * @property {() => Promise<typeof import("./courier.js")>} courier
 * @property {Tab} tab
 * @property {World} world
 * @property {() => number} now_ms
 * @property {EventTarget} page     hears `pagehide`, `pageshow`, `online`, `offline`
 * @property {Document | null} document  hears `visibilitychange`
 */

/** How often `writing` is said while somebody writes; the server forgets it after a few seconds. */
const WRITING_EVERY_MS = 3_000;
/** The shortest time between two redraws that others' events ask for. */
const SHOW_EVERY_MS = 100;
const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 30_000;

/** What only I am told of: shown as said from the press on, and on the board as soon as `yours` says so. */
const isPrivate = (/** @type {ClientCommand} */ { type }) => type.startsWith("vote.") || type === "reaction.set";

/** Commands that make a card, which is then mine. */
const MAKES_CARD = new Set(["card.add", "card.rebound", "card.merge"]);

/** So many of one's own last actions can be taken back. */
const DEEDS = 20;
/** What is taken back where it was done (a reaction, a hand, a timer) is no deed. */
const IS_DEED = /^relaunch.send$|^(card|rebound|group|comment|vote|section|board|spotlight|wall|kiosk|participant)\.|^step\.[aemr]/;

/** Rarely needed, and fetched only then. */
const courier = () => import("./courier.js");

/** Refused commands with words in them are kept: somebody wrote those. */
const hasWords = (/** @type {ClientCommand} */ command) => "text" in command;

/** @param {Options} options */
export function createBoardStore({ token, board: boardId, seat, url, surroundings = {}, ways = () => import("./undo.js") }) {
  const now_ms = surroundings.now_ms ?? Date.now;
  const world = surroundings.world ?? BROWSER;
  const page = surroundings.page ?? window;
  const seen = surroundings.document === undefined ? document : surroundings.document;
  const scope = seat ?? `${boardId}.${digest(token)}`;
  const tab = surroundings.tab ?? tabOf(scope);

  /** @type {import("@preact/signals").Signal<Status>} */
  const status = signal("connecting");
  const late = signal(false);
  /** @type {ReadonlySignal<Line>} */
  const line = computed(() => (status.value === "live" && late.value ? "late" : status.value));
  /** @type {import("@preact/signals").Signal<null | { code: string }>} */
  const ended = signal(null);
  /** @type {import("@preact/signals").Signal<You | null>} */
  const you = signal(null);
  /** @type {import("@preact/signals").Signal<Limits>} */
  const limits = signal({
    card_text_chars: LIMITS.CARD_TEXT_CHARS,
    owes_chars: LIMITS.OWES_CHARS,
    name_chars: LIMITS.NAME_CHARS,
    parents_per_card: LIMITS.PARENTS_PER_CARD,
    frame_bytes: LIMITS.FRAME_BYTES,
    commands_in_flight: LIMITS.COMMANDS_IN_FLIGHT,
    beat_ms: LIMITS.BEAT_MS,
  });
  const skewMs = signal(0);
  /** @type {import("@preact/signals").Signal<PresenceFrame | null>} */
  const presence = signal(null);
  /** @type {import("@preact/signals").Signal<Outgoing[]>} */
  const outgoing = signal([]);

  // -- the board: one state, one signal for each part, so that a part that did not change redraws nothing --------------

  /** @type {BoardState | null} */
  let state = null;
  /** @type {import("@preact/signals").Signal<BoardMeta | null>} */
  const meta = signal(null);
  /** @type {import("@preact/signals").Signal<Pick<BoardState, "shared">["shared"]>} */
  const shared = signal(new Map());
  /** @type {import("@preact/signals").Signal<BoardState["own"]>} */
  const own = signal(new Map());
  /** @type {import("@preact/signals").Signal<BoardState["authored"]>} */
  const authoredIds = signal(new Set());
  /** @type {import("@preact/signals").Signal<BoardState["rounds"]>} */
  const rounds = signal([]);
  /** @type {import("@preact/signals").Signal<BoardState["people"]>} */
  const people = signal(new Map());
  /** @type {import("@preact/signals").Signal<BoardState["groups"]>} */
  const groups = signal(new Map());
  /** @type {import("@preact/signals").Signal<BoardState["comments"]>} */
  const sharedComments = signal(new Map());
  /** @type {import("@preact/signals").Signal<BoardState["ownComments"]>} */
  const ownComments = signal(new Map());
  /** @type {import("@preact/signals").Signal<BoardState["reactions"]>} */
  const reactions = signal(new Map());
  /** @type {import("@preact/signals").Signal<Ballots>} */
  const storedBallots = signal({});
  /** @type {import("@preact/signals").Signal<Marks>} */
  const storedMarks = signal({});
  /** @type {import("@preact/signals").Signal<BoardState["myReactions"]>} */
  const storedReactions = signal({});
  const muted = signal(false);
  /** @type {import("@preact/signals").Signal<BoardState | null>} */
  const whole = signal(null);
  /** The step I have said I am ready to leave. @type {import("@preact/signals").Signal<string | null>} */
  const readyAt = signal(null);

  const cards = computed(() => cardsOf({ shared: shared.value, own: own.value }));
  const sections = computed(() => meta.value?.sections ?? []);
  const ordered = computed(() => inOrder(cards.value.values(), sections.value));
  const childrenOf = computed(() => childrenByParent(cards.value));
  const openRound = computed(() => rounds.value.find((round) => round.state === "open") ?? null);
  const authored = computed(() => {
    const me = you.value?.participant;
    const mine = new Set(authoredIds.value);
    for (const card of cards.value.values()) if (me && card.author === me) mine.add(card.id);
    return mine;
  });
  /** Votes just pressed, until the outbox has them: the next press counts on from these, however slow the storage. */
  const pressed = signal(/** @type {Outgoing[]} */ ([]));
  const saying = computed(() =>
    [...outgoing.value, ...pressed.value].flatMap(({ state, command }) => (state === "sending" ? command : [])),
  );
  const choices = computed(() => new Set(rounds.value.flatMap(({ id, method }) => (method === "choice" ? id : []))));
  const votes = computed(() =>
    withVotes({ ballots: storedBallots.value, marks: storedMarks.value }, saying.value, choices.value),
  );
  const ballots = computed(() => votes.value.ballots);
  const marks = computed(() => votes.value.marks);
  const myReactions = computed(() =>
    saying.value.reduce(
      (mine, command) =>
        command.type === "reaction.set" ? withReactions(mine, { [command.card]: command.reaction ?? null }) : mine,
      storedReactions.value,
    ),
  );
  const comments = computed(() => commentsByCard({ comments: sharedComments.value, ownComments: ownComments.value }));

  let shownAt_ms = 0;
  /** @type {unknown} */
  let showing = null;

  /** Lets the signals say what the state is. */
  function show() {
    world.cancel(showing);
    showing = null;
    shownAt_ms = now_ms();
    if (!state) return;
    meta.value = state.meta;
    shared.value = state.shared;
    own.value = state.own;
    authoredIds.value = state.authored;
    rounds.value = state.rounds;
    people.value = state.people;
    groups.value = state.groups;
    sharedComments.value = state.comments;
    ownComments.value = state.ownComments;
    reactions.value = state.reactions;
    storedBallots.value = state.ballots;
    storedMarks.value = state.marks;
    storedReactions.value = state.myReactions;
    muted.value = state.muted;
    whole.value = state;
    if (readyAt.value !== null && readyAt.value !== state.meta.step.id) readyAt.value = null;
  }

  /** A single event shows at once; a storm of them at most every so often, so that a slow phone keeps up with any room. */
  function showSoon() {
    const wait_ms = shownAt_ms + SHOW_EVERY_MS - now_ms();
    if (wait_ms <= 0 || wait_ms > SHOW_EVERY_MS) show();
    else showing ??= world.later(() => batch(() => (show(), land())), wait_ms);
  }

  // -- commands -------------------------------------------------------------------------------------------------------

  /** Who waits for an answer. @type {Map<number, { resolve: (accepted: Accepted) => void, reject: (refused: Refused) => void }>} */
  const waiting = new Map();
  /** Accepted, but not yet seen on the board: shown as on their way until then. @type {Map<number, Accepted>} */
  const landing = new Map();
  /** How often each command was put off. @type {Map<number, number>} */
  const putOff = new Map();
  let heardSeq = 0;
  /** How far what is private to this person has been told: own votes show from there on, not from the tally on. */
  let heardOwnSeq = 0;
  let closed = false;
  const answers = watchAnswers({ world, now_ms, tell: (isLate) => (late.value = isLate) });

  const owner = randomId();
  /** @type {Promise<{ vault: Vault, outbox: Outbox }>} */
  const opening = open();
  const session = new Session({ token, device: "" });
  const connection = new Connection(url ?? socketUrl(boardId), listener(), world);

  /** @returns {Promise<{ vault: Vault, outbox: Outbox }>} */
  async function open() {
    const vault = await (surroundings.openVault ?? openVault)();
    const outbox = await openOutbox({ vault, seat: scope, tab, owner, now_ms });
    return { vault, outbox };
  }

  async function start() {
    const { outbox } = await opening;
    if (closed) return;
    takeUp(outbox);
    keepLease();
    connection.start();
  }

  /**
   * Speaks for this outbox from now on.
   * @param {Outbox} outbox
   */
  function takeUp(outbox) {
    const open = outbox.rows.filter((row) => !row.refused);
    session.becomes(
      outbox.device,
      open.map((row) => [row.id, row.command]),
    );
    landing.clear();
    outgoing.value = outbox.rows.map(({ id, command, refused }) =>
      refused ? { id, command, state: "refused", reason: refused } : { id, command, state: "sending" },
    );
  }

  /**
   * Does it with the outbox; where another tab has taken that over, with a new one.
   * @template T
   * @param {(outbox: Outbox) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function withOutbox(work) {
    const held = await opening;
    const { outbox } = held;
    try {
      return await work(outbox);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      if (held.outbox === outbox) {
        held.outbox = await create({ vault: held.vault, seat: scope, owner, now_ms });
        tab.write(held.outbox.device, true);
        takeUp(held.outbox);
        connection.reopen();
      }
      return work(held.outbox);
    }
  }

  /**
   * Keeps a command and sends it as soon as the line allows. Resolves once it can no longer be lost by this browser;
   * `answer` then tells what the server makes of it.
   * @param {ClientCommand} command
   * @returns {Promise<{ id: number, answer: Promise<Accepted> }>}
   */
  const keep = (command) => post(command, IS_DEED.test(command.type));

  /**
   * @param {ClientCommand} command
   * @param {boolean} isDeed  whether it can be offered to be taken back
   * @returns {Promise<{ id: number, answer: Promise<Accepted> }>}
   */
  async function post(command, isDeed) {
    const press = /** @type {Outgoing} */ ({ id: 0, command, state: "sending" });
    const seenThen = state && { ...state, ballots: ballots.peek(), marks: marks.peek() }; // what was pressed before counts
    if (isPrivate(command)) pressed.value = [...pressed.value, press];
    let id = 0;
    try {
      id = await withOutbox((outbox) => outbox.add(command));
      outgoing.value = [...outgoing.value, { ...press, id }];
    } finally {
      pressed.value = pressed.value.filter((other) => other !== press);
    }
    /** @type {Promise<Accepted>} */
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    answer.catch(() => undefined); // whoever does not ask sees it in `outgoing`
    if (seenThen && isDeed) doing.set(id, { command, before: seenThen });
    perform(session.submit(id, command));
    return { id, answer };
  }

  // -- taking back what I have just done (undo.js, fetched where a surface offers it) -----------------------------------

  /** Deeds without an answer, or accepted and not yet seen on the board. @type {Map<number, Omit<Deed, "after" | "made" | "seq">>} */
  const doing = new Map();
  /** @type {import("@preact/signals").Signal<readonly Deed[]>} */
  const deeds = signal([]);
  /** @type {import("@preact/signals").Signal<typeof import("./undo.js") | null>} */
  const undoTable = signal(null);
  /**
   * @param {import("./undo.js").Way | null} way
   * @returns what a surface offers: whether, the type of the command it has words for, and the way back, which resolves
   *   when the server has accepted all of it and rejects with `Refused`
   */
  const offerOf = (way) => ({
    can: way !== null,
    label: way?.which[0]?.command.type ?? null,
    undo: async () => {
      if (way?.which.every((deed) => deeds.peek().includes(deed))) await takeBack(way);
    },
  });
  const undo = computed(() => {
    if (deeds.value.length === 0) return offerOf(null);
    if (!undoTable.value) {
      void ways().then(
        (fetched) => (undoTable.value = fetched),
        () => undefined, // no line to fetch it by: nothing is offered
      );
    }
    return offerOf(undoTable.value?.lastWay(deeds.value, whole.value) ?? null);
  });

  /** @param {import("./undo.js").Way} way */
  async function takeBack({ which, commands }) {
    deeds.value = deeds.value.filter((deed) => !which.includes(deed));
    /** @type {Promise<Accepted>[]} */
    const answers = [];
    for (const command of commands) answers.push((await post(command, false)).answer);
    await Promise.all(answers);
  }

  /**
   * The same for certain commands of mine, together, without what another has changed since.
   * @param {readonly ClientCommand[]} done
   */
  const undoOf = (done) => offerOf(undoTable.value?.wayOf(done, deeds.value, whole.value) ?? null);

  /**
   * A deed of mine has arrived on the board: it can be taken back from now on.
   * @param {number} id
   * @param {string | undefined} made
   */
  function done(id, made) {
    const deed = doing.get(id);
    doing.delete(id);
    if (!deed || !state) return;
    const { before, command } = deed;
    // of presses that were quicker than the answers, each left behind what it said itself
    const after = isPrivate(command) ? { ...state, ...withVotes(before, [command], choices.peek()) } : state;
    deeds.value = [...deeds.value, { ...deed, made, after, seq: heardSeq }].slice(-DEEDS);
  }

  /**
   * What is private to me of the same moment belongs to what my deed left behind: a card I withdrew is told to me alone.
   * @param {number} seq
   */
  function settleDeeds(seq) {
    const after = state;
    if (after) deeds.value = deeds.value.map((deed) => (deed.seq === seq && !isPrivate(deed.command) ? { ...deed, after } : deed));
  }

  /**
   * Resolves when the server has accepted; rejects with `Refused`. While there is no line it waits, across reconnects.
   * @param {ClientCommand} command
   * @returns {Promise<Accepted>}
   */
  async function submit(command) {
    const { answer } = await keep(command);
    return answer;
  }

  /**
   * A refused command once more, perhaps with other words.
   * @param {number} id
   * @param {ClientCommand} [mended]
   * @returns {Promise<Accepted>}
   */
  async function retry(id, mended) {
    const row = outgoing.value.find((known) => known.id === id);
    if (!row) throw new Refused({ code: "already_so", message: "This command is not waiting any more." });
    const command = mended ?? row.command;
    return renew(id, command);
  }

  /**
   * @param {number} id
   * @param {ClientCommand} command
   * @returns {Promise<Accepted>}
   */
  async function renew(id, command) {
    const fresh = await withOutbox((outbox) => outbox.renew(id, command));
    session.forget(id);
    answers.answered(id);
    outgoing.value = outgoing.value.map((row) => (row.id === id ? { id: fresh, command, state: "sending" } : row));
    const before = waiting.get(id);
    waiting.delete(id);
    /** @type {Promise<Accepted>} */
    const answer = new Promise((resolve, reject) => {
      waiting.set(fresh, {
        resolve: (accepted) => (before?.resolve(accepted), resolve(accepted)),
        reject: (refused) => (before?.reject(refused), reject(refused)),
      });
    });
    answer.catch(() => undefined);
    perform(session.submit(fresh, command));
    return answer;
  }

  /**
   * Gives a refused command up.
   * @param {number} id
   */
  function discard(id) {
    outgoing.value = outgoing.value.filter((row) => row.id !== id);
    session.forget(id);
    answers.answered(id);
    void opening.then(({ outbox }) => outbox.remove(id));
  }

  // -- effects --------------------------------------------------------------------------------------------------------

  /** @param {Effect[]} effects */
  function perform(effects) {
    if (effects.length > 0) batch(() => effects.forEach(performOne));
  }

  /** @param {Effect} effect */
  function performOne(effect) {
    switch (effect.do) {
      case "send":
        if (effect.frame.type === "submit") answers.said(effect.frame.id);
        return connection.send(effect.frame);
      case "welcome":
        if (session.phase === "snapshot") doing.clear();
        you.value = effect.you;
        limits.value = effect.limits;
        skewMs.value = effect.skew_ms;
        connection.beat_ms = effect.limits.beat_ms;
        if (effect.recovered) status.value = "live";
        void carry();
        return undefined;
      case "snapshot":
        status.value = "live";
        state = fromSnapshot(effect.board, state);
        show();
        heardSeq = session.position?.seq ?? 0;
        heardOwnSeq = 0; // told anew, right after this
        return undefined;
      case "events":
        if (state) state = withEvents(state, effect.events);
        heardSeq = Math.max(heardSeq, effect.seq);
        showSoon();
        return land();
      case "yours":
        if (state) state = withYours(state, effect.yours, effect.whole);
        settleDeeds(effect.yours.seq);
        show();
        heardSeq = Math.max(heardSeq, effect.yours.seq);
        heardOwnSeq = Math.max(heardOwnSeq, effect.yours.seq);
        if (effect.whole && readyAt.value !== null) sayReady(true);
        return land();
      case "accepted":
        return accepted(effect.accepted);
      case "rejected":
        return rejected(effect.rejected.id, effect.rejected);
      case "wait":
        return wait(effect.id);
      case "renew":
        return void renew(effect.id, effect.command);
      case "presence":
        presence.value = effect.presence;
        return undefined;
      case "trouble":
        return undefined; // a frame this client should not have sent; it changed nothing
      case "leave":
        return connection.leave(effect.code, effect.retry_after_ms);
      case "reconnect":
        return connection.reopen();
      default:
        return assertNever(effect);
    }
  }

  /** @param {AcceptedFrame} frame */
  function accepted(frame) {
    answers.answered(frame.id);
    const row = outgoing.value.find((known) => known.id === frame.id);
    if (state && frame.made && row && MAKES_CARD.has(row.command.type)) {
      state = withAuthored(state, frame.made);
      show();
    }
    const deed = doing.get(frame.id);
    // nearer to it than what I saw when I pressed; of votes nothing is nearer than that
    if (deed && state && heardSeq < frame.seq && !isPrivate(deed.command)) deed.before = state;
    landing.set(frame.id, frame);
    waiting.get(frame.id)?.resolve(frame);
    settle(frame.id);
    land();
  }

  /**
   * @param {number} id
   * @param {Reason} reason
   */
  function rejected(id, { code, message, temporary, details }) {
    answers.answered(id);
    /** @type {Reason} */
    const reason = { code, message, temporary: temporary ?? false, ...(details ? { details } : {}) };
    const row = outgoing.value.find((known) => known.id === id);
    const held = waiting.get(id);
    doing.delete(id);
    if (row && hasWords(row.command)) {
      outgoing.value = outgoing.value.map((known) => (known.id === id ? { ...known, state: "refused", reason } : known));
      void opening.then(({ outbox }) => outbox.refuse(id, reason));
      waiting.delete(id);
      putOff.delete(id);
    } else {
      outgoing.value = outgoing.value.filter((known) => known.id !== id);
      settle(id);
    }
    held?.reject(new Refused(reason));
  }

  /** @param {number} id */
  function settle(id) {
    waiting.delete(id);
    putOff.delete(id);
    void opening.then(({ outbox }) => outbox.remove(id));
  }

  /** What was accepted and now shows on the board is no longer on its way. */
  function land() {
    if (landing.size === 0 || showing !== null) return;
    const own = new Set(outgoing.value.filter(({ command }) => isPrivate(command)).map(({ id }) => id));
    const landed = new Set(
      [...landing]
        .filter(([id, { seq, made }]) => (made && cards.value.has(made)) || seq <= (own.has(id) ? heardOwnSeq : heardSeq))
        .map(([id]) => id),
    );
    if (landed.size === 0) return;
    for (const id of landed) {
      done(id, landing.get(id)?.made);
      landing.delete(id);
    }
    outgoing.value = outgoing.value.filter((row) => !landed.has(row.id));
  }

  /** @param {number} id */
  function wait(id) {
    const times = putOff.get(id) ?? 0;
    putOff.set(id, times + 1);
    const after_ms = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** times);
    world.later(() => perform(session.again(id)), after_ms);
  }

  // -- the line and the page --------------------------------------------------------------------------------------------

  function listener() {
    return {
      opened: () => perform(session.opened(now_ms())),
      received: (/** @type {import("@protocol/generated/types").ServerFrame} */ frame) => {
        perform(session.receive(frame, now_ms()));
        if (session.phase === "live") status.value = "live"; // also where the browser had called it offline too soon
      },
      closed: (/** @type {number} */ failures) => {
        session.closed();
        answers.forget();
        status.value = failures > 1 || globalThis.navigator?.onLine === false ? "offline" : "connecting";
      },
      ended: (/** @type {string} */ code) => {
        session.closed();
        batch(() => {
          status.value = "ended";
          ended.value = { code };
        });
      },
    };
  }

  let carrying = false;
  /** What closed tabs of the same person left behind goes out under their own names; what is refused of it comes here. */
  async function carry() {
    if (carrying) return;
    carrying = true;
    try {
      const { vault } = await opening;
      if (!(await hasOrphans({ vault, seat: scope, now_ms }))) return;
      const { carryOrphans } = await (surroundings.courier ?? courier)();
      const refused = await carryOrphans({
        vault,
        seat: scope,
        token,
        url: url ?? socketUrl(boardId),
        world,
        now_ms,
        stopped: () => closed,
      });
      for (const { command, reason } of refused) {
        const id = await withOutbox((outbox) => outbox.add(command));
        await withOutbox((outbox) => outbox.refuse(id, reason));
        outgoing.value = [...outgoing.value, { id, command, state: "refused", reason }];
      }
    } catch {
      // the courier could not be fetched, or the storage not be read: the next welcome tries again
    } finally {
      carrying = false;
    }
  }

  /**
   * Asks the server something about this board over HTTP, as this person. Rejects with `Refused`.
   * @param {string} method
   * @param {string} about  what stands behind `/api/boards/{id}/`
   * @param {unknown} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  const ask = (method, about, body, signal) =>
    request(method, `/api/boards/${encodeURIComponent(boardId)}/${about}`, body, { Authorization: `Bearer ${token}` }, signal);

  let saidWriting_ms = 0;
  /**
   * Tells the others that this person is, or is no longer, writing. Call it on every key: it is said now and then.
   * @param {boolean} on
   */
  function writing(on) {
    const due = now_ms() - saidWriting_ms >= WRITING_EVERY_MS;
    if (status.value !== "live" || (on ? !due : saidWriting_ms === 0)) return;
    saidWriting_ms = on ? now_ms() : 0;
    connection.send({ type: "signal", signal: { type: "writing", on } });
  }

  const saidReady = computed(() => readyAt.value !== null && readyAt.value === meta.value?.step.id);
  /**
   * I am ready for the next step, or not after all. It holds for this step only, and is said again after a reconnect.
   * @param {boolean} on
   */
  function sayReady(on) {
    const step = state?.meta.step.id;
    if (step === undefined) return;
    readyAt.value = on ? step : null;
    if (session.phase === "live") connection.send({ type: "signal", signal: { type: "ready", step, on } });
  }

  const probe = () => connection.probe();
  const lookedAt = () => {
    if (seen?.visibilityState === "visible") probe();
  };
  const wentOffline = () => {
    if (status.value === "ended") return;
    status.value = "offline";
    probe();
  };
  const hide = () => {
    void opening.then(({ outbox }) => {
      tab.write(outbox.device, false);
      void outbox.release();
    });
  };
  /** @param {Event} event */
  const shown = (event) => {
    if (!(/** @type {PageTransitionEvent} */ (event).persisted)) return;
    void withOutbox((outbox) => outbox.reclaim().then(() => tab.write(outbox.device, true)));
    probe();
  };
  /** @type {unknown} */
  let lease = null;
  const keepLease = () => {
    lease = world.later(async () => {
      await withOutbox((outbox) => outbox.renewLease());
      if (closed) return;
      keepLease();
      if (status.value === "live") await carry();
    }, LEASE_MS / 4);
  };
  page.addEventListener("online", probe);
  page.addEventListener("offline", wentOffline);
  page.addEventListener("pagehide", hide);
  page.addEventListener("pageshow", shown);
  seen?.addEventListener("visibilitychange", lookedAt);

  function close() {
    closed = true;
    world.cancel(lease);
    world.cancel(showing);
    answers.forget();
    page.removeEventListener("online", probe);
    page.removeEventListener("offline", wentOffline);
    page.removeEventListener("pagehide", hide);
    page.removeEventListener("pageshow", shown);
    seen?.removeEventListener("visibilitychange", lookedAt);
    hide();
    connection.stop();
  }

  const ready = start();

  /**
   * What this person was shown before, where nothing newer is known (kept.js).
   * @param {BoardState} kept
   * @param {You} as
   * @returns {boolean} whether it is shown now
   */
  function recall(kept, as) {
    if (state) return false;
    batch(() => {
      state = kept;
      you.value ??= as;
      show();
    });
    return true;
  }

  return {
    /** @type {ReadonlySignal<Status>} */
    status,
    line,
    /** Why it is over for good: the name of a close code. */
    ended,
    you,
    limits,
    /** Server clock minus this clock, in ms: `Date.now() + skewMs.value` is now on the server. */
    skewMs,
    /** The board without its cards, rounds and people; null until the first snapshot. */
    board: meta,
    cards,
    ordered,
    childrenOf,
    rounds,
    openRound,
    /** My points: round → item → points, those on their way included. */
    ballots,
    /** The same for the methods whose ballots are marks: round → item or pair → marks. */
    marks,
    authored,
    people,
    /** The stacks by id; which cards stand in one, the cards say (`card.group`). */
    groups,
    /** Card → what was said about it, oldest first. */
    comments,
    /** Card → reaction → how many gave it. */
    reactions,
    /** Card → my reaction, one on its way included. */
    myReactions,
    /** Whether a moderator has asked me to write nothing for now. */
    muted,
    /** My own last actions in this tab, as far as they can be taken back: `{ can, label, undo() }`. */
    undo,
    undoOf,
    /** Each of them, oldest first, whether it can be taken back or not. @type {ReadonlySignal<readonly Deed[]>} */
    deeds,
    /** Who is here, who writes, and how many are ready. */
    presence,
    /** Whether I have said that I am ready for the next step. */
    saidReady,
    sayReady,
    outgoing,
    /** All of the board, as it is shown now; null until the first snapshot. @type {ReadonlySignal<BoardState | null>} */
    whole,
    recall,
    /** Resolves when the outbox is open and the line is being opened. */
    ready,
    keep,
    submit,
    retry,
    discard,
    writing,
    ask,
    close,
  };
}

/** @typedef {ReturnType<typeof createBoardStore>} BoardStore */

/** @param {string} boardId */
function socketUrl(boardId) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/ws/${encodeURIComponent(boardId)}`;
}

/**
 * Names a token in storage without writing it there a second time (cyrb53; a name, not a secret).
 * @param {string} text
 */
function digest(text) {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (const char of text) {
    const unit = char.charCodeAt(0);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  return `${(high >>> 0).toString(36)}${(low >>> 0).toString(36)}`;
}

/**
 * @param {never} effect
 * @returns {never}
 */
function assertNever(effect) {
  throw new Error(`unknown effect ${JSON.stringify(effect)}`);
}

// The facilitator's hands: sends a command, and puts into words what came of it: a refusal kindly, a removal with an undo.
import { computed, signal } from "@preact/signals";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {import("@protocol/generated/types.d.ts").Permission} Permission */
/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/**
 * The one sheet that lies open over the console.
 * @typedef {{ kind: "bin" } | { kind: "keys" } | { kind: "add" } | { kind: "qr" } | { kind: "rename" } | { kind: "import" }
 *   | { kind: "vote", method?: Method } | { kind: "suggestions" } | { kind: "relaunch" } | { kind: "preview", surface?: import("./PreviewSheet.jsx").Surface }
 *   | { kind: "step", step: string | null, after?: string } | { kind: "results", round: string }
 *   | { kind: "move", cards: readonly string[] } | { kind: "tag", cards: readonly string[] }
 *   | { kind: "merge", cards: readonly string[] } | { kind: "stack", cards: readonly string[] }
 *   | { kind: "group", group: string } | { kind: "card", card: string } | { kind: "erase", card: string }
 *   | { kind: "eraseVote", round: string } | { kind: "past" }
 *   | { kind: "stage", card: string } | { kind: "window", card: string }
 *   | { kind: "lab" } | { kind: "kiosks" } | { kind: "revoke", kiosk: string, name: string }
 *   | { kind: "kiosk", kiosk: import("@protocol/generated/types.d.ts").Kiosk }
 *   | { kind: "section", section: string | null } | { kind: "remove", participant: string, name: string }
 *   | { kind: "forget", participant: string, name: string }} OpenSheet
 */
/** @typedef {import("@protocol/generated/types.d.ts").Method} Method */
/** @typedef {{ text: string, tone: "done" | "refused", of?: readonly ClientCommand[] }} Notice `of`: what was done, for its undo */

/** How long what was done can be undone from the notice; a refusal stays until it is closed. */
const DONE_MS = 12_000;

/** For so long after another moderator has gone to a step, the button that leads on is not pressed by mistake. */
const TURNED_MS = 900;

/** @param {BoardStore} store */
export function createDesk(store) {
  const notice = signal(/** @type {Notice | null} */ (null));
  const selected = signal(/** @type {ReadonlySet<string>} */ (new Set()));
  /** @type {BoardStore["people"]["value"]} */
  let known = new Map();
  const people = computed(() => (known = unchanged(known, store.people.value)));
  /** What commands on their way are about: cards, groups, people, steps. */
  const touched = computed(() => {
    const sending = store.outgoing.value.filter(({ state }) => state === "sending");
    return new Set(sending.flatMap(({ command }) => aboutIn(command)));
  });
  let timer = 0;
  /** The step this desk asked for last, the one the board stands at, and when another has turned to it. */
  const turning = { asked: "", at: "", by_other_ms: -Infinity };

  /** @param {Notice} next */
  const show = (next) => {
    window.clearTimeout(timer);
    notice.value = next;
    if (next.tone === "done") timer = window.setTimeout(() => (notice.value = null), DONE_MS);
  };

  /**
   * @param {ClientCommand} command
   * @param {{ done: import("../i18n/index.js").Key, fill?: Record<string, string | number> }} [after] what to say once it is done; its undo stands beside it
   * @returns {Promise<boolean>} whether the server accepted
   */
  async function act(command, after) {
    if (command.type === "step.go") turning.asked = command.step;
    try {
      await store.submit(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show({ text: tError(error), tone: "refused" });
      return false;
    }
    if (after) show({ text: t(after.done, after.fill), tone: "done", of: [command] });
    else if (notice.value?.tone === "refused") notice.value = null;
    return true;
  }

  /**
   * The same to several cards, one command each.
   * @param {readonly ClientCommand[]} commands
   * @param {{ done: import("../i18n/index.js").Key, fill?: Record<string, string | number> }} after
   * @returns {Promise<boolean>} whether the server accepted all of them
   */
  async function actAll(commands, after) {
    const done = await Promise.all(commands.map((command) => act(command)));
    const all = done.every(Boolean);
    if (all) show({ text: t(after.done, after.fill), tone: "done", of: commands });
    return all;
  }

  /**
   * One's own doing, taken back; a refusal (another was faster) is said as any other.
   * @param {() => Promise<void>} undo
   * @param {string} said once it is
   */
  async function takeBack(undo, said) {
    try {
      await undo();
      show({ text: said, tone: "done" });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show({ text: tError(error), tone: "refused" });
    }
  }

  return {
    notice,
    act,
    actAll,
    touched,
    /** Everybody by id, as the store has them; whoever is told again as before is the same object, and redraws no card. */
    people,
    /** The cards that were picked to do something with together. */
    selected,
    /** @param {string} card @param {boolean} on */
    select: (card, on) => {
      const next = new Set(selected.peek());
      if (on) next.add(card);
      else next.delete(card);
      selected.value = next;
    },
    /** @param {readonly string[]} [cards] */
    selectOnly: (cards = []) => {
      selected.value = new Set(cards);
    },
    /** The words that cards are looked for by; empty: all are shown. */
    sought: signal(""),
    /** Stacks that are spread out on this screen. */
    spread: signal(/** @type {ReadonlySet<string>} */ (new Set())),
    /** Whether the step asked for, and not yet on the board, is private; undefined where none is under way. */
    askedPrivate: () => {
      const steps = store.outgoing.value.map(({ state, command }) => state === "sending" && command);
      const last = steps.reverse().find((command) => command && command.type === "step.set");
      return last && last.type === "step.set" ? last.private : undefined;
    },
    /**
     * Whether one of these is under way: asked for, and not yet on the board.
     * @param {...ClientCommand["type"]} types
     */
    isUnderWay: (...types) =>
      store.outgoing.value.some(({ state, command }) => state === "sending" && types.includes(command.type)),
    sheet: signal(/** @type {OpenSheet | null} */ (null)),
    /** Whether the facilitator reads what is still face down. Off at first: a console is often on a shared screen. */
    peek: signal(false),
    /** The card whose lineage is shown. */
    lineageOf: signal(/** @type {string | null} */ (null)),
    /** One's own last action. */
    takeBack: () => {
      const { label, undo } = store.undo.peek();
      return takeBack(undo, t("console.undo.done", { what: t(/** @type {import("../i18n/keys.js").Under<"console.undo.">} */ (`console.undo.${label}`)) }));
    },
    /** How what the notice tells is taken back, if it still can be: never another's change since. */
    undoOfNotice: () => {
      const { can, undo } = store.undoOf(notice.value?.of ?? []);
      return can ? () => takeBack(undo, t("console.undone")) : null;
    },
    /** Whether somebody writes. @param {string} participant @param {boolean} muted */
    mute: (participant, muted) =>
      act(
        { type: muted ? "participant.mute" : "participant.unmute", participant },
        { done: muted ? "console.people.muted" : "console.people.unmuted" },
      ),
    /** The board stands at this step now. @param {string} step */
    arriveAt: (step) => {
      if (turning.at && turning.at !== step && turning.asked !== step) turning.by_other_ms = performance.now();
      turning.at = step;
    },
    /** Whether another has just gone on: who presses now meant the step before, and would skip one. */
    isJustTurned: () => performance.now() - turning.by_other_ms < TURNED_MS,
    dismiss: () => {
      window.clearTimeout(timer);
      notice.value = null;
    },
    /** @param {string} text something that failed and was no command */
    complain: (text) => show({ text, tone: "refused" }),
    /** @param {string} text */
    tell: (text) => show({ text, tone: "done" }),
    /**
     * The current step with some of it changed.
     * @param {{ instruction?: string | null, allows?: readonly Permission[], private?: boolean }} change
     */
    setStep: (change) => {
      const step = store.board.value?.step;
      if (!step) return Promise.resolve(false);
      const { instruction = null, allows, private: sealed } = { ...step, ...change };
      return act({ type: "step.set", instruction, allows: [...allows], private: sealed });
    },
  };
}

/** @typedef {ReturnType<typeof createDesk>} Desk */

/**
 * Every idea that comes tells its author again: only what is new of them may redraw what stands beside their name.
 * @template {object} T
 * @param {ReadonlyMap<string, T>} before
 * @param {ReadonlyMap<string, T>} now
 * @returns {ReadonlyMap<string, T>} what there is now; values, and the map itself, are those of before where they say the same
 */
export function unchanged(before, now) {
  const kept = new Map([...now].map(([id, one]) => [id, same(before.get(id), one) ? (before.get(id) ?? one) : one]));
  return before.size === kept.size && [...kept].every(([id, one]) => before.get(id) === one) ? before : kept;
}

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

/** The fields of a command that name what it is about. */
const ABOUT = ["card", "group", "participant", "step", "section", "comment", "round"];

/** @param {ClientCommand} command @returns {string[]} */
function aboutIn(command) {
  const fields = new Map(Object.entries(command));
  const named = ABOUT.map((field) => fields.get(field)).filter((id) => typeof id === "string");
  return "cards" in command ? [...named, ...command.cards] : named;
}

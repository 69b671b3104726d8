// The facilitator's hands: sends a command, and puts into words what came of it: a refusal kindly, a removal with an undo.
import { signal } from "@preact/signals";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {import("@protocol/generated/types.d.ts").Permission} Permission */
/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/**
 * The one sheet that lies open over the console.
 * @typedef {{ kind: "bin" } | { kind: "keys" } | { kind: "vote" } | { kind: "add" } | { kind: "qr" } | { kind: "rename" }
 *   | { kind: "results", round: string } | { kind: "move", card: string } | { kind: "erase", card: string }
 *   | { kind: "section", section: string | null } | { kind: "remove", participant: string, name: string }} OpenSheet
 */
/** @typedef {{ text: string, tone: "done" | "refused", undo?: () => void }} Notice */

/** How long what was done can be undone from the notice; a refusal stays until it is closed. */
const DONE_MS = 12_000;

/** @param {BoardStore} store */
export function createDesk(store) {
  const notice = signal(/** @type {Notice | null} */ (null));
  let timer = 0;

  /** @param {Notice} next */
  const show = (next) => {
    window.clearTimeout(timer);
    notice.value = next;
    if (next.tone === "done") timer = window.setTimeout(() => (notice.value = null), DONE_MS);
  };

  /**
   * @param {ClientCommand} command
   * @param {{ done: string, undo?: ClientCommand }} [after] what to say once it is done, and how to take it back
   * @returns {Promise<boolean>} whether the server accepted
   */
  async function act(command, after) {
    try {
      await store.submit(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show({ text: tError(error), tone: "refused" });
      return false;
    }
    const undo = after?.undo;
    if (after) show({ text: t(after.done), tone: "done", ...(undo ? { undo: () => void act(undo) } : {}) });
    else if (notice.value?.tone === "refused") notice.value = null;
    return true;
  }

  return {
    notice,
    act,
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

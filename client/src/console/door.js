// Who asks to be let in, where the board asks for it: looked after as long as the console is open, and decided from here.
import { signal } from "@preact/signals";
import { boardFace } from "../core/http.js";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").Waiting} Waiting */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */
/** @typedef {import("./desk.js").Desk} Desk */

const LOOK_EVERY_MS = 4_000;

/**
 * @param {DeskApi} api
 * @param {string} board its id
 */
export function createDoor(api, board) {
  const waiting = signal(/** @type {readonly Waiting[]} */ ([]));
  const deciding = signal(/** @type {ReadonlySet<string>} */ (new Set()));
  let timer = 0;
  let open = false;
  /** How many were decided about: whatever a look brings that began before is old. */
  let decided = 0;

  const look = async () => {
    const before = decided;
    try {
      const rows = await api.waiting();
      if (open && before === decided && !same(rows, waiting.peek())) waiting.value = rows;
    } catch {
      // the next look comes by itself; what was last known stays
    }
    if (open) timer = window.setTimeout(() => void look(), LOOK_EVERY_MS);
  };

  return {
    waiting,
    /** Whom an answer is under way about. */
    deciding,
    /** Looks from now on, if this board asks who comes in. */
    watch: () => {
      open = true;
      boardFace(board).then(
        (face) => {
          if (open && face.access === "approval") void look();
        },
        () => undefined, // no line: a board without a door shows none
      );
      return () => {
        open = false;
        window.clearTimeout(timer);
      };
    },
    /**
     * @param {string} participant
     * @param {boolean} admit
     * @param {Desk} desk
     */
    decide: async (participant, admit, desk) => {
      deciding.value = new Set([...deciding.value, participant]);
      try {
        await api.admit(participant, admit);
        decided += 1;
        waiting.value = waiting.value.filter((row) => row.participant !== participant);
      } catch (error) {
        desk.complain(error instanceof Refused ? tError(error) : t("error.unknown"));
      } finally {
        deciding.value = new Set([...deciding.value].filter((one) => one !== participant));
      }
    },
  };
}

/** @param {readonly Waiting[]} one @param {readonly Waiting[]} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @typedef {ReturnType<typeof createDoor>} Door */

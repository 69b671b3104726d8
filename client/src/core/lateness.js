/**
 * Tells when an answer is late: a command was said on a live line, and nothing has come of it for longer than saving ever
 * takes. The line itself may be in the best of health: it is the server that cannot write down what it heard.
 *
 * A refusal that passes by itself is no answer: the command is said again, and its time runs on.
 *
 * @import { World } from "./connection.js"
 */

/**
 * Saving takes milliseconds, and a second where a full room writes at once; a person who waits begins to doubt after some
 * three. Sooner would be an alarm about nothing, later would leave them alone with a green dot.
 */
export const LATE_MS = 4_000;

/**
 * @param {{ world: Pick<World, "later" | "cancel">, now_ms: () => number, tell: (late: boolean) => void }} surroundings
 */
export function watchAnswers({ world, now_ms, tell }) {
  /** When each unanswered command was first said on this line. @type {Map<number, number>} */
  const said_ms = new Map();
  /** @type {unknown} */
  let timer = null;

  function look() {
    world.cancel(timer);
    timer = null;
    const left_ms = Math.min(...said_ms.values()) + LATE_MS - now_ms();
    tell(left_ms <= 0);
    if (left_ms > 0 && left_ms <= LATE_MS) timer = world.later(look, left_ms);
  }

  return {
    /** @param {number} id */
    said: (id) => {
      if (said_ms.has(id)) return;
      said_ms.set(id, now_ms());
      look();
    },
    /** Accepted, refused, or given up. @param {number} id */
    answered: (id) => {
      if (said_ms.delete(id)) look();
    },
    /** The line is gone: what is said on the next one has its own time. */
    forget: () => {
      said_ms.clear();
      look();
    },
  };
}

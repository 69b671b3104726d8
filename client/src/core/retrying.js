/**
 * Asks again, a few times and ever more slowly, where a request failed for a reason that passes by itself. Only for
 * requests that may arrive twice: joining (a phone's device id makes it the same person), never creating.
 *
 * @import { World } from "./connection.js"
 */
import { BROWSER } from "./connection.js";
import { Refused } from "./refused.js";
import { PASSING } from "./session.js";

/** Together about a minute: who still looks at the page then should be told to do something else. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(waiting: null | { error: Refused, now: () => void }) => void} tell  each wait, with how to cut it short; null
 *   when it asks again
 * @param {Pick<World, "later" | "cancel" | "random">} [world]
 * @returns {Promise<T>} rejects with the last refusal, at once where it does not pass
 */
export async function askAgain(ask, tell, world = BROWSER) {
  for (const wait_ms of WAITS_MS) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused) || !(PASSING.has(error.code) || error.code === "unreachable")) throw error;
      await new Promise((resolve) => {
        // a room that was refused together does not come back together
        const timer = world.later(() => resolve(null), wait_ms * (0.5 + world.random() / 2));
        const now = () => (world.cancel(timer), resolve(null));
        tell({ error, now });
      });
      tell(null);
    }
  }
  return ask();
}

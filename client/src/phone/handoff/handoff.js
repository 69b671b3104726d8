/**
 * The way home, without a screen: says the secret of a kiosk's code until there is an answer, and knows what came home.
 *
 * A kiosk may still be without a line when its code is read, and so may the phone: both pass by themselves. Asked again the
 * answer is the same, for this phone alone. Nothing is known here of what was written until it is theirs.
 *
 * @import { Card, Comment } from "@protocol/generated/types"
 * @import { World } from "../../core/connection.js"
 */
import { BROWSER } from "../../core/connection.js";
import { randomId } from "../../core/ids.js";
import { Refused } from "../../core/refused.js";
import { PASSING } from "../../core/session.js";

/** How long one goes on asking: a code is not good for longer. */
export const PATIENCE_MS = 10 * 60_000;
const ASK_AGAIN_MS = 2_000;
const LOOK_FOR_LINE_MS = 5_000;

/** What holds it up: the kiosk has not said yet what the code stands for, or nobody can be asked. */
/** @typedef {"waiting" | "offline"} Hitch */

/** @param {unknown} error @returns {Hitch | null} null: it does not pass by itself */
export function hitchOf(error) {
  if (!(error instanceof Refused)) return null;
  if (error.code === "handoff_waiting") return "waiting";
  return PASSING.has(error.code) || error.code === "unreachable" ? "offline" : null;
}

/** Answers after which a code is good for nothing any more. @typedef {"handoff_used" | "handoff_expired"} Lost */
/** @param {string} code @returns {code is Lost} */
export const isLost = (code) => code === "handoff_used" || code === "handoff_expired";

/**
 * A segment that no board has: whoever joins as that is let in nowhere, and what is wrong with their code is told before
 * that. So a code can be looked at while nothing is known yet of who holds it.
 */
export const nobody = () => randomId().toLowerCase();

/**
 * Why a code is good for nothing any more; null where it is good, or may be yet, or nobody can say.
 * @param {() => Promise<unknown>} ask  joins as `nobody`
 * @returns {Promise<Lost | null>}
 */
export const lossOf = (ask) =>
  ask().then(
    () => null,
    ({ code }) => (isLost(code) ? code : null),
  );

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {object} how
 * @param {number} how.since_ms  when it was asked first, before the page was loaded again perhaps
 * @param {(hitch: Hitch, now: () => void) => void} how.tell  each wait, with how to cut it short
 * @param {{ readonly aborted: boolean }} how.until
 * @param {Pick<World, "later" | "cancel" | "random">} [how.world]
 * @param {() => number} [how.now_ms]
 * @returns {Promise<T>} rejects with what does not pass, and with what has not passed in all that time
 */
export async function bringHome(ask, { since_ms, tell, until, world = BROWSER, now_ms = Date.now }) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const hitch = hitchOf(error);
      if (!hitch || until.aborted || now_ms() - since_ms >= PATIENCE_MS) throw error;
      const told_ms = Number(/** @type {Refused} */ (error).details?.["retry_after_ms"] ?? ASK_AGAIN_MS);
      // phones that lost their line together do not come back together
      const wait_ms = hitch === "waiting" ? told_ms : LOOK_FOR_LINE_MS * (0.5 + world.random() / 2);
      await new Promise((resolve) => {
        const timer = world.later(() => resolve(null), wait_ms);
        tell(hitch, () => (world.cancel(timer), resolve(null)));
      });
    }
  }
}

/**
 * What came home: the newest of my words from before I came.
 * @param {object} board
 * @param {ReadonlyMap<string, Card>} board.cards
 * @param {ReadonlySet<string>} board.authored
 * @param {ReadonlyMap<string, readonly Comment[]>} board.comments
 * @param {string | null} board.me
 * @param {number} before_ms  by the server's clock
 * @returns {{ what: "card" | "comment", state: Card["state"] } | null}
 */
export function whatCameHome({ cards, authored, comments, me }, before_ms) {
  const said = [...comments.values()].flat().filter(({ author }) => me !== null && author === me);
  const written = [...authored].flatMap((id) => cards.get(id) ?? []);
  const [newest] = [
    ...written.map(({ at_ms, state }) => ({ what: /** @type {const} */ ("card"), at_ms, state })),
    ...said.map(({ at_ms, state }) => ({ what: /** @type {const} */ ("comment"), at_ms, state })),
  ]
    .filter(({ at_ms }) => at_ms <= before_ms)
    .sort((one, other) => other.at_ms - one.at_ms);
  return newest ?? null;
}

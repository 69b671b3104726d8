// At the door of a board that lets people in one by one: knocking until somebody has decided. The ticket, and who it is
// for, are kept as long as the tab lives, so that a page loaded again goes on waiting and asks nothing twice.
import { KNOCK } from "../../core/identity.js";
import { Refused } from "../../core/refused.js";

/** How often one asks whether one is let in, where the server does not say. */
const EVERY_MS = 4_000;

/** @typedef {import("@protocol/generated/types.d.ts").Joined} Joined */
/** @typedef {{ name: string | null, segment: string | null, ticket: string | null }} Knock */

/**
 * @param {object} door
 * @param {string} door.code
 * @param {string | null} door.name
 * @param {string | null} door.segment
 * @param {Refused | null} door.answer  to the first knock; null: it was before the page was loaded again
 * @param {(knock: Partial<Knock>) => Promise<Joined>} door.join
 * @param {{ readonly current: boolean }} door.here  whether the screen still asks
 * @returns {Promise<Joined>} rejects with `Refused`
 */
export async function knock({ code, name, segment, answer, join, here }) {
  const key = KNOCK + code;
  let held = kept(key) ?? { name, segment, ticket: null };
  for (let last = answer; ; ) {
    if (last) {
      held = { ...held, ticket: String(last.details?.["ticket"] ?? "") || held.ticket };
      keep(key, held);
      const after_ms = Number(last.details?.["retry_after_ms"] ?? EVERY_MS);
      await new Promise((resolve) => window.setTimeout(resolve, after_ms));
    }
    try {
      const joined = await join(held);
      keep(key, null);
      return joined;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code !== "waiting_for_approval") keep(key, null);
      if (error.code !== "waiting_for_approval" || !here.current) throw error;
      last = error;
    }
  }
}

/** @param {string} key @returns {Knock | null} */
function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {Knock | null} knock */
function keep(key, knock) {
  try {
    if (knock) sessionStorage.setItem(key, JSON.stringify(knock));
    else sessionStorage.removeItem(key);
  } catch {
    // private mode: the knock lasts as long as the page
  }
}

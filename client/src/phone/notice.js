// One short word from the page to the person, gone after a moment: « Reçu ! », or why something was refused.
import { signal } from "@preact/signals";
import { Refused } from "../core/refused.js";
import { fetchRefusals, t, tError } from "../i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {{ text: string, kind: "good" | "bad", of?: ClientCommand }} Notice  `of`: what was done, for its undo */

const SHOWN_MS = { good: 2_200, bad: 6_000, undo: 8_000 };

/** @type {import("@preact/signals").Signal<Notice | null>} */
export const notice = signal(null);
let timer = 0;

/**
 * @param {string} text
 * @param {Notice["kind"]} [kind]
 * @param {ClientCommand} [of]
 */
export function notify(text, kind = "good", of) {
  window.clearTimeout(timer);
  notice.value = { text, kind, of };
  timer = window.setTimeout(() => {
    notice.value = null;
  }, SHOWN_MS[of ? "undo" : kind]);
}

/**
 * Waits for a command's answer and says it where it was a refusal.
 * @param {Promise<unknown>} answer
 * @param {string} [done]  what to say when it went well
 * @param {ClientCommand} [of]  what can be taken back beside these words
 */
export async function told(answer, done, of) {
  try {
    await answer;
    if (done) notify(done, "good", of);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await fetchRefusals();
    const text = error.code === "stale_rev" ? t("phone.stale.short") : tError(error);
    if (error.code !== "already_so") notify(text, "bad");
  }
}

// Which ideas say nearly the same: asked of the board while somebody writes.

/**
 * The cards most like these words, the closest first; none where it cannot be said now: it is only a hint.
 * @param {Pick<import("../../core/store.js").BoardStore, "ask">} store
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>}
 */
export async function similarCards({ ask: asks }, text, signal) {
  try {
    const { cards } = /** @type {import("@protocol/generated/types").SimilarFound} */ (await asks("POST", "similar", { text }, signal));
    return cards.map(({ card }) => card);
  } catch {
    return [];
  }
}

// Capitals: what the shift key does, and for how long. A table, because a cycle in branches is never read right.

/** @typedef {"auto" | "off" | "once" | "lock"} Shift `auto`: a capital begins a text or a sentence */

/**
 * Whether the next letter is a capital.
 * @param {Shift} shift
 * @param {boolean} begins whether the caret stands where a sentence begins
 */
export const capitals = (shift, begins) => (shift === "auto" ? begins : shift !== "off");

/** @type {Record<Shift, Shift>} after a letter was written */
export const AFTER_LETTER = { auto: "auto", off: "auto", once: "auto", lock: "lock" };

/**
 * After the shift key: once, then for good, then not at all. Where a capital stood ready by itself, it goes.
 * @param {Shift} shift
 * @param {boolean} begins
 * @returns {Shift}
 */
export function afterShift(shift, begins) {
  if (shift === "auto") return begins ? "off" : "once";
  return /** @type {const} */ ({ off: "once", once: "lock", lock: "off" })[shift];
}

/** @param {string} text before the caret */
export const beginsSentence = (text) => /(^|[.?!…]\s+|\n)$/u.test(text);

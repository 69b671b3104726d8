// Pages of a list that is not scrolled: how many fit is measured by whoever draws, never more than seven. Pure.

/** As many choices as a person takes in while standing (PRODUCT §2). */
export const MOST = 7;

/** @typedef {readonly number[]} Starts where each page up to this one begins */

/** @type {Starts} */
export const FIRST = [0];

/**
 * What stands on the page.
 * @template T
 * @param {readonly T[]} items
 * @param {Starts} starts
 * @param {number} fits how many there is room for
 * @returns {{ shown: readonly T[], from: number, to: number, more: boolean, less: boolean }} `from`, `to`: counted from one
 */
export function pageOf(items, starts, fits) {
  const from = Math.max(0, Math.min(starts.at(-1) ?? 0, items.length - 1));
  const shown = items.slice(from, from + Math.max(1, Math.min(MOST, fits)));
  return { shown, from: from + 1, to: from + shown.length, more: from + shown.length < items.length, less: starts.length > 1 };
}

/** @param {Starts} starts @param {number} to @returns {Starts} the page after the one that ends there */
export const turned = (starts, to) => [...starts, to];

/** @param {Starts} starts @returns {Starts} */
export const turnedBack = (starts) => (starts.length > 1 ? starts.slice(0, -1) : starts);

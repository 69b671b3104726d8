// Days and sizes as the visitor's language writes them. Pure.

/** @param {number} at_ms @param {string} language BCP 47 @returns {string} "3 May 2026" */
export const dayText = (at_ms, language) =>
  new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" }).format(at_ms);

/** @param {number} at_ms @param {string} language @returns {string} "3 May 2026, 14:05" */
export const momentText = (at_ms, language) =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(at_ms);

/** @param {number} bytes @param {string} language @returns {string} "1.5 MB", in whole kilobytes below one */
export function bytesText(bytes, language) {
  const mega = bytes >= 1_000_000;
  const format = { style: /** @type {const} */ ("unit"), unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: mega ? 1 : 0 };
  return new Intl.NumberFormat(language, format).format(bytes / (mega ? 1_000_000 : 1_000));
}

// Sizes as the reader's language writes them. Pure.

/** @param {number} bytes @param {string} language @returns {string} "1.5 MB", in whole kilobytes below one */
export function bytesText(bytes, language) {
  const mega = bytes >= 1_000_000;
  const format = { style: /** @type {const} */ ("unit"), unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: mega ? 1 : 0 };
  return new Intl.NumberFormat(language, format).format(bytes / (mega ? 1_000_000 : 1_000));
}

// What a person types for a code, or has in the address bar, and what they meant. Pure.

/**
 * @param {string} typed
 * @returns {string} upper case, without blanks, dashes and the like; a whole joining address gives its code
 */
export function codeFrom(typed) {
  const last = typed.trim().split("/").pop() ?? "";
  return last.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** @param {string} path `/surface/board` @returns {string} the board's code or id; empty where none is named */
export const boardIn = (path) => decoded(path.split("/")[2] ?? "");

/** @param {string} piece of an address @returns {string} as it is where it was cut in the middle of a letter */
export function decoded(piece) {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

// What a person types for a code, and what they meant. Pure.

/**
 * @param {string} typed
 * @returns {string} upper case, without blanks, dashes and the like; a whole joining address gives its code
 */
export function codeFrom(typed) {
  const last = typed.trim().split("/").pop() ?? "";
  return last.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

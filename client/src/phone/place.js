// Which board an address means, and how one comes in there. Pure.

/**
 * @typedef {{ kind: "join", key: string } | { kind: "preview", key: string } | { kind: "nowhere" }} Place
 *   `join`: by code (`/j/KITE7`), joining is asked for; `preview`: how it looks on a phone, to whoever steers
 *   (`/j/KITE7?preview#t=…`)
 */

/**
 * Codes and ids are letters and digits: nothing is decoded, and an address that was cut in the middle of a letter is nobody's.
 * @param {string} path
 * @param {string} [search]
 * @returns {Place}
 */
export function placeOf(path, search = "") {
  const [surface, key] = path.split("/").filter(Boolean);
  if (surface !== "j" || !key) return { kind: "nowhere" };
  return { kind: /[?&]preview\b/.test(search) ? "preview" : "join", key: key.toUpperCase() };
}

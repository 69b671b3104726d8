// Which board an address means, and how one comes in there. Pure.

/**
 * @typedef {{ kind: "join", key: string } | { kind: "link", key: string } | { kind: "nowhere" }} Place
 *   `join`: by code (`/j/KITE7`), joining is asked for; `link`: by board and token (`/kiosk/{board}#t=…`)
 */

/**
 * @param {string} path
 * @returns {Place}
 */
export function placeOf(path) {
  const [surface, key] = path.split("/").filter(Boolean);
  if (surface === "j" && key) return { kind: "join", key: decodeURIComponent(key).toUpperCase() };
  if (surface === "kiosk" && key) return { kind: "link", key: decodeURIComponent(key) };
  return { kind: "nowhere" };
}

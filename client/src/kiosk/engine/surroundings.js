/**
 * What the engine needs of a browser, in one record, so that a test can give it another one.
 *
 * Every wait goes by `clock_ms`, which only ever goes forward: a wall clock that jumps changes nothing.
 *
 * @import { World } from "../../core/connection.js"
 */
import { BROWSER } from "../../core/connection.js";
import { ask } from "../../core/http.js";

/**
 * @typedef {object} Surroundings
 * @property {World} world          sockets, chance and timers
 * @property {() => number} clock_ms  monotonic
 * @property {typeof ask} ask       HTTP; rejects with `Refused`
 * @property {Window} page          hears touches, shortcuts, `pagehide`
 * @property {Document} document
 * @property {() => void} reload
 * @property {string} database      the name of the IndexedDB database
 * @property {() => Promise<string>} served  the page as the server serves it now
 * @property {string} loaded        the page as it was loaded: what it names of the build
 */

/**
 * @param {Partial<Surroundings>} replaced
 * @returns {Surroundings}
 */
export const inBrowser = (replaced) => ({
  world: BROWSER,
  clock_ms: () => performance.now(),
  ask,
  page: window,
  document,
  reload: () => location.reload(),
  database: "rebond-kiosk",
  served: async () => (await fetch(location.pathname, { cache: "no-cache" })).text(),
  loaded: document.documentElement.outerHTML,
  ...replaced,
});

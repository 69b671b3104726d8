// What every screen of a visit has at hand: the engine, and how to go somewhere else.
import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";

/** @typedef {import("../engine/index.js").Engine} Engine */
/** @typedef {import("../engine/index.js").Contribution} Contribution */
/** @typedef {import("@protocol/generated/types.d.ts").Stage} Stage */
/** @typedef {import("@protocol/generated/types.d.ts").Verb} Verb */

/**
 * Where a visitor is. Plain values: what a place is about may go while they are there, and the place says so.
 * @typedef {{ at: "home" } | { at: "boards" } | { at: "help" } | { at: "languages" } | { at: "full" }
 *   | { at: "stage", stage: Stage }
 *   | { at: "board", board: string }
 *   | { at: "card", board: string, card: string, part?: "say" }
 *   | { at: "comments", board: string, card: string }
 *   | { at: "verb", board: string, card: string }
 *   | { at: "idea", board: string }
 *   | { at: "comment", board: string, card: string }
 *   | { at: "rebound", board: string, card: string, verb: Verb }
 *   | { at: "thanks", board: string, contribution: Contribution }} Place
 */

/**
 * @typedef {object} Visiting
 * @property {Engine} engine
 * @property {(place: Place) => void} go
 * @property {(place: Place) => void} instead  as `go`, but the way back does not lead here
 * @property {(() => void) | null} back        null where there is no way back
 * @property {() => void} over                 everything is wiped, and the slides begin
 * @property {Map<string, unknown>} kept       of this place, for as long as the way leads back to it
 */

export const Visit = createContext(/** @type {Visiting | null} */ (null));

/** @returns {Visiting} */
export function useVisit() {
  const visiting = useContext(Visit);
  if (!visiting) throw new Error("This part of a screen is drawn outside a visit.");
  return visiting;
}

/**
 * As `useState`; what was set is there again after help was asked for, and gone once the place was left.
 * @template T
 * @param {string} name
 * @param {T} first
 * @returns {[T, (next: T) => void]}
 */
export function useKept(name, first) {
  const { kept } = useVisit();
  const [value, set] = useState(() => /** @type {T} */ (kept.has(name) ? kept.get(name) : first));
  return [
    value,
    (next) => {
      kept.set(name, next);
      set(() => next);
    },
  ];
}

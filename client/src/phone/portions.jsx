// A list of many, drawn a portion at a time as the eye gets there: a phone that is asked to lay out two thousand rows at
// once stands still for seconds.
import { useState } from "preact/hooks";
import { More } from "./CardList.jsx";

const PORTION = 6;

/**
 * @template T
 * @param {readonly T[]} rows
 * @returns {[readonly T[], import("preact").JSX.Element | null]} those to draw now, and what leads to the others
 */
export function usePortions(rows) {
  const [room, setRoom] = useState(PORTION);
  const more = <More after={room} onMore={() => setRoom(room + PORTION)} />;
  return [rows.slice(0, room), rows.length > room ? more : null];
}

// Whether a finger is on the screen, until what it presses has been pressed: nothing moves away under it.
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";

/** A tap's click comes this much after the finger was lifted, at most. */
const LANDED_MS = 150;

const pressing = signal(false);
let timer = 0;

/** @param {Event} event */
function press({ type }) {
  clearTimeout(timer);
  if (type === "pointerdown") pressing.value = true;
  else timer = window.setTimeout(() => (pressing.value = false), LANDED_MS);
}

for (const name of ["pointerdown", "pointerup", "pointercancel"]) addEventListener(name, press, true);

/**
 * Comes at once and goes when no finger is on the screen.
 * @param {boolean} wanted
 * @returns {boolean}
 */
export function useUntilLifted(wanted) {
  const shown = useRef(wanted);
  return (shown.current = wanted || (shown.current && pressing.value));
}

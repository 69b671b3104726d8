// The largest words that a screen can hold: where what the visitor chose does not fit, all of it is set smaller, step by
// step, rather than cut off. Lists and texts that have pages keep a least height and never ask for it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { useRoom } from "./usePages.js";

export const STEP = 0.95;
/** Half of the largest is the usual size: below that nobody asked for anything. */
export const SMALLEST = 0.5;

/**
 * @param {import("preact").RefObject<HTMLElement | null>} main what must not be taller than its place
 * @param {string} name another screen begins at full size again
 */
export function useFit(main, name) {
  const room = useRoom(false);
  const fit = useRef(1);
  useLayoutEffect(() => {
    const root = document.documentElement;
    const set = (/** @type {number} */ next) => {
      fit.current = next;
      root.style.setProperty("--kiosk-fit", String(next));
    };
    const shrink = () => {
      const element = main.current;
      while (element && fit.current > SMALLEST && element.scrollHeight > element.clientHeight + 1) set(fit.current * STEP);
    };
    set(1);
    shrink();
    const changing = new MutationObserver(shrink);
    if (main.current) changing.observe(main.current, { childList: true, characterData: true, subtree: true });
    return () => {
      changing.disconnect();
      root.style.removeProperty("--kiosk-fit");
    };
  }, [main, name, room]);
}

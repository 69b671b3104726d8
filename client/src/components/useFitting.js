// As many of a list as there is room for: what is drawn is measured, for nothing is cut off and nothing scrolls.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * Shows as many as fit: one fewer as long as the element is taller than its room.
 * @param {number} most
 * @param {unknown} about what is shown: another one begins with `most` again
 * @returns {[import("preact").RefObject<HTMLElement | null>, number]}
 */
export function useFitting(most, about) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const [fits, setFits] = useState({ about, count: most });
  const count = fits.about === about ? fits.count : most;
  useLayoutEffect(() => {
    const room = element.current;
    if (room && count > 1 && room.scrollHeight > room.clientHeight + 1) setFits({ about, count: count - 1 });
  }, [about, count]);
  return [element, count];
}

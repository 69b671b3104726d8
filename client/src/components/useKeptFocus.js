// Where the focus goes when the thing that had it is gone: to its neighbour, never back to the top of the page.
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";

/**
 * For a list whose items come and go. Only a focus that was lost is put back; one that is elsewhere is left alone.
 * @param {string} items which elements of the list are its items
 * @returns {{ ref: (element: HTMLElement | null) => void, onFocusIn: (event: FocusEvent) => void, tabIndex: -1 }}
 *   to spread on the list
 */
export function useKeptFocus(items) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const last = useRef(/** @type {{ item: Element, place: number } | null} */ (null));
  const onFocusIn = useCallback(
    (/** @type {FocusEvent} */ event) => {
      const item = event.target instanceof Element ? event.target.closest(items) : null;
      const place = item && list.current ? [...list.current.querySelectorAll(items)].indexOf(item) : -1;
      last.current = item && place >= 0 ? { item, place } : null;
    },
    [items],
  );
  useLayoutEffect(() => {
    const lost = last.current;
    if (!lost || lost.item.isConnected || !list.current) return;
    last.current = null;
    if (document.activeElement && document.activeElement !== document.body) return;
    const left = list.current.querySelectorAll(items);
    const neighbour = left[Math.min(lost.place, left.length - 1)]?.querySelector("button");
    (neighbour ?? list.current).focus({ preventScroll: true });
  });
  const ref = useCallback((/** @type {HTMLElement | null} */ element) => {
    list.current = element;
  }, []);
  return { ref, onFocusIn, tabIndex: -1 };
}

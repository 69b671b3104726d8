// The name of the tab: the board's question, once it is known.
import { useEffect } from "preact/hooks";

/** @param {string | undefined} title */
export function usePageTitle(title) {
  useEffect(() => {
    if (title) document.title = `${title} · Rebond`;
  }, [title]);
}

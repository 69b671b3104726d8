// Lists and texts by pages: how much fits is measured where it is drawn, for nothing scrolls on a kiosk.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useFitting } from "../../wall/hooks.js";
import { FIRST, MOST, pageOf, turned, turnedBack } from "./paging.js";

/** What changes how much fits: the window and the size of the words. @returns {string} */
export function useRoom() {
  const [room, setRoom] = useState(roomNow);
  useEffect(() => {
    const look = () => setRoom(roomNow());
    const words = new MutationObserver(look);
    words.observe(document.documentElement, { attributes: true, attributeFilter: ["data-text", "lang", "data-contrast"] });
    addEventListener("resize", look);
    return () => {
      words.disconnect();
      removeEventListener("resize", look);
    };
  }, []);
  return room;
}

/** @returns {string} */
function roomNow() {
  const { dataset, lang } = document.documentElement;
  return [innerWidth, innerHeight, dataset.text, dataset.contrast, lang].join();
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} [most] no more than this on one page
 */
export function useListPages(items, most = MOST) {
  const [starts, setStarts] = useState(FIRST);
  const [place, fits] = useFitting(most, `${useRoom()} ${starts.join()} ${items.length}`);
  const page = pageOf(items, starts, fits);
  return {
    place,
    ...page,
    count: items.length,
    next: () => page.more && setStarts(turned(starts, page.to)),
    previous: () => setStarts(turnedBack(starts)),
  };
}

/**
 * A text that flows into as many columns as it needs, each as large as the element; one is seen at a time.
 * @param {string} about another text begins at its first page
 */
export function useTextPages(about) {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [pages, setPages] = useState({ about, count: 1, page: 0 });
  const room = useRoom();
  const page = pages.about === about ? Math.min(pages.page, pages.count - 1) : 0;
  useLayoutEffect(() => {
    const inner = element.current;
    if (!inner) return undefined;
    const measure = () => {
      const count = Math.max(1, Math.round((inner.scrollWidth + gapOf(inner)) / (inner.clientWidth + gapOf(inner)) || 1));
      setPages((now) => (now.about === about && now.count === count ? now : { about, count, page: now.about === about ? now.page : 0 }));
    };
    measure();
    const watching = new ResizeObserver(measure);
    watching.observe(inner);
    return () => watching.disconnect();
  }, [about, room]);
  useLayoutEffect(() => {
    const inner = element.current;
    if (inner) inner.scrollLeft = page * (inner.clientWidth + gapOf(inner));
  });
  return {
    place: element,
    page,
    count: pages.about === about ? pages.count : 1,
    next: () => setPages({ ...pages, about, page: Math.min(page + 1, pages.count - 1) }),
    previous: () => setPages({ ...pages, about, page: Math.max(0, page - 1) }),
  };
}

/** @param {Element} element */
const gapOf = (element) => parseFloat(getComputedStyle(element).columnGap) || 0;

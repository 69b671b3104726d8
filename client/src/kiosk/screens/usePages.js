// Lists and texts by pages: how much fits is measured where it is drawn, for nothing scrolls on a kiosk.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useFitting } from "../../components/useFitting.js";
import { FIRST, MOST, pageOf, turned, turnedBack } from "./paging.js";

const ROOM = ["data-surface", "data-text", "data-contrast", "data-voice", "lang", "style"];

/**
 * What changes how much fits: the window, the size and the type of the words, and whether a voice guides.
 * @param {boolean} [fitted] whether what `useFit` made of it counts as well
 * @returns {string}
 */
export function useRoom(fitted = true) {
  const [room, setRoom] = useState(() => roomNow(fitted));
  useLayoutEffect(() => {
    const look = () => setRoom(roomNow(fitted));
    look(); // what was drawn within this may have changed it
    const words = new MutationObserver(look);
    words.observe(document.documentElement, { attributes: true, attributeFilter: ROOM });
    addEventListener("resize", look);
    document.fonts?.addEventListener("loadingdone", look);
    return () => {
      words.disconnect();
      removeEventListener("resize", look);
      document.fonts?.removeEventListener("loadingdone", look);
    };
  }, [fitted]);
  return room;
}

/** @param {boolean} fitted @returns {string} */
function roomNow(fitted) {
  const { dataset, lang, style } = document.documentElement;
  const type = [...(document.fonts ?? [])].filter(({ status }) => status === "loaded").length;
  const fit = fitted ? style.getPropertyValue("--kiosk-fit") : "";
  return [innerWidth, innerHeight, dataset.surface, dataset.text, dataset.contrast, "voice" in dataset, lang, type, fit].join();
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

// What the wall needs from the page it is on: its size, its typeface, and which cards have only just come.
import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { estimated } from "./layout/words.js";

/**
 * The size of an element, kept up to date.
 * @returns {[import("preact").RefObject<HTMLDivElement | null>, { width: number, height: number, base_px: number }]}
 */
export function useSize() {
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [size, setSize] = useState({ width: 0, height: 0, base_px: 20 });
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return undefined;
    const look = () => {
      const { clientWidth: width, clientHeight: height } = watched;
      const base_px = parseFloat(getComputedStyle(watched).fontSize) || 20;
      setSize((old) => (old.width === width && old.height === height && old.base_px === base_px ? old : { width, height, base_px }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(watched);
    look();
    return () => observer.disconnect();
  }, []);
  return [element, size];
}

const FONT_PX = 100;
const WORDS_REMEMBERED = 4_000;

/**
 * Measures words in the wall's typeface, and again once that has arrived.
 * @returns {{ measure: (word: string) => number, face: number }} a word's width in em; another `face` when the typeface changed
 */
export function useMeasure() {
  const [measure, setMeasure] = useState(() => ({ measure: measureNow(), face: 0 }));
  useEffect(() => {
    let wanted = true;
    const again = () => wanted && setMeasure(({ face }) => ({ measure: measureNow(), face: face + 1 }));
    void document.fonts?.ready.then(again);
    document.fonts?.addEventListener?.("loadingdone", again);
    return () => {
      wanted = false;
      document.fonts?.removeEventListener?.("loadingdone", again);
    };
  }, []);
  return measure;
}

function measureNow() {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return estimated;
  pen.font = `${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;
  /** @type {Map<string, number>} */
  const known = new Map();
  /** @param {string} word */
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const width = pen.measureText(word).width / FONT_PX;
    if (known.size > WORDS_REMEMBERED) known.clear();
    known.set(word, width);
    return width;
  };
}

/**
 * The ids that came since the first look, for a moment each.
 * @param {readonly string[]} ids
 * @returns {ReadonlySet<string>}
 */
export function useFresh(ids) {
  const seen = useRef(/** @type {Set<string> | null} */ (null));
  const fresh = new Set(seen.current ? ids.filter((id) => !seen.current?.has(id)) : []);
  const shown = useRef(/** @type {ReadonlySet<string>} */ (new Set()));
  if (fresh.size > 0) shown.current = fresh;
  seen.current = new Set(ids);
  return shown.current;
}

/**
 * A signal's value, redrawn at most every so often however busy the board is.
 * @template T
 * @param {import("@preact/signals").ReadonlySignal<T>} signal
 * @param {number} every_ms
 * @returns {T}
 */
export function useCalm(signal, every_ms) {
  const [value, setValue] = useState(() => signal.peek());
  const waiting = useRef(0);
  const shown_ms = useRef(0);
  useSignalEffect(() => {
    void signal.value;
    if (waiting.current) return;
    const wait_ms = Math.max(0, shown_ms.current + every_ms - performance.now());
    waiting.current = window.setTimeout(() => {
      waiting.current = 0;
      shown_ms.current = performance.now();
      setValue(() => signal.peek());
    }, wait_ms);
  });
  useEffect(() => () => window.clearTimeout(waiting.current), []);
  return value;
}

/** How long a card that was revealed counts as just turned. */
const TURNED_MS = 3_000;
/** @type {ReadonlySet<string>} */
const NONE = new Set();

/**
 * The cards that have just been revealed: they were sealed when this was last drawn. Said in the very drawing that shows
 * them first, so that they are never seen before they turn.
 * @param {ReadonlyMap<string, import("@protocol/generated/types.d.ts").Card>} cards
 * @returns {ReadonlySet<string>}
 */
export function useTurned(cards) {
  const sealed = useRef(NONE);
  const turned = useRef({ ids: NONE, at_ms: 0 });
  const open = [...sealed.current].filter((id) => cards.has(id) && !cards.get(id)?.sealed);
  if (open.length > 0) turned.current = { ids: new Set(open), at_ms: performance.now() };
  sealed.current = new Set([...cards.values()].filter((card) => card.sealed).map(({ id }) => id));
  return performance.now() - turned.current.at_ms < TURNED_MS ? turned.current.ids : NONE;
}

/** A page turns to what is new, but not more often than this. */
const LOOK_AT_NEW_MS = 5_000;

/**
 * Turns pages by itself; the space bar stops and goes on, the arrow keys turn by hand.
 * @param {number} count
 * @param {number} every_ms
 * @param {number} newest the page where something has just come, -1 for none
 * @returns {{ page: number, paused: boolean }}
 */
export function usePages(count, every_ms, newest) {
  const [page, setPage] = useState(0);
  const [paused, setPaused] = useState(false);
  const looked_ms = useRef(-LOOK_AT_NEW_MS);
  useEffect(() => {
    if (newest < 0 || paused || performance.now() - looked_ms.current < LOOK_AT_NEW_MS) return;
    looked_ms.current = performance.now();
    setPage(newest);
  }, [newest, paused]);
  useEffect(() => {
    if (count < 2 || paused) return undefined;
    const timer = window.setInterval(() => setPage((now) => (now + 1) % count), every_ms);
    return () => window.clearInterval(timer);
  }, [count, every_ms, paused]);
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.key === " ") setPaused((now) => !now);
      else if (event.key === "ArrowRight") setPage((now) => (now + 1) % Math.max(1, count));
      else if (event.key === "ArrowLeft") setPage((now) => (now - 1 + count) % Math.max(1, count));
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [count]);
  return { page: Math.min(page, Math.max(0, count - 1)), paused };
}

// A clock for what counts down in sight. By the page's own time: a clock that is set changes nothing.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * Draws again, and does something, every so often.
 * @param {number} every_ms
 * @param {() => unknown} [run]
 */
export function useEvery(every_ms, run) {
  const [, setTurn] = useState(0);
  const running = useRef(run);
  useLayoutEffect(() => {
    running.current = run;
  });
  useLayoutEffect(() => {
    const timer = setInterval(() => {
      setTurn((turn) => turn + 1);
      running.current?.();
    }, every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
}

/** @param {() => void} run whenever a finger comes or moves, or a key is pressed */
export function useTouched(run) {
  const running = useRef(run);
  useLayoutEffect(() => {
    running.current = run;
  });
  useLayoutEffect(() => {
    const heard = new AbortController();
    for (const type of ["pointerdown", "touchmove", "keydown"]) document.addEventListener(type, () => running.current(), { signal: heard.signal, capture: true });
    return () => heard.abort();
  }, []);
}

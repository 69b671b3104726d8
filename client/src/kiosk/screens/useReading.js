// Reads a screen aloud, one language after another, until it is over, stopped, or another screen is there.
import { useEffect, useRef } from "preact/hooks";
import { language } from "../../i18n/index.js";
import { spoken } from "./spoken.js";

/**
 * @param {import("./context.js").Engine} engine
 * @param {import("preact").RefObject<HTMLElement | null>} root what is read
 * @returns {{ going: boolean, possible: boolean, toggle: () => void }}
 */
export function useReading({ speech }, root) {
  const left = useRef(/** @type {import("./spoken.js").Piece[]} */ ([]));
  const going = speech.speaking.value;
  useEffect(() => {
    const next = going ? undefined : left.current.shift();
    if (next) speech.say(next.text, next.lang);
  }, [going, speech]);
  useEffect(
    () => () => {
      left.current = [];
      speech.stop();
    },
    [speech],
  );
  return {
    going,
    possible: speech.available(language.value),
    toggle() {
      left.current = [];
      if (going) return speech.stop();
      left.current = spoken(root.current).filter(({ lang }) => speech.available(lang));
      const first = left.current.shift();
      if (first) speech.say(first.text, first.lang);
    },
  };
}

// A whole page with nothing on it but one sentence and one thing to do: empty, loading, offline, ended, removed, wrong code.
import { t } from "../i18n/index.js";
import { Button } from "./Button.jsx";
import "./Screen.css";
import "./texts.js";

/** @typedef {"empty" | "loading" | "offline" | "ended" | "removed" | "wrong-code" | "full"} ScreenKind */

/** @type {Record<ScreenKind, { arcs: string[], ball: [number, number] }>} how the ball fares, in a 120 × 64 box */
const SCENES = {
  empty: { arcs: [], ball: [16, 54] },
  loading: { arcs: ["M8 58C16 2 52 2 60 58"], ball: [60, 54] },
  offline: { arcs: ["M8 58C12 16 34 8 44 14", "M74 26C84 34 88 46 90 56"], ball: [59, 18] },
  ended: { arcs: ["M8 58C14 8 44 8 50 58", "M50 58C54 30 72 30 76 58", "M76 58C78 46 88 46 90 58"], ball: [102, 54] },
  removed: { arcs: ["M8 58C16 2 52 2 60 58"], ball: [60, 54] },
  "wrong-code": { arcs: ["M8 58C12 4 62 -2 64 28C64 46 44 50 36 40"], ball: [32, 34] },
  full: { arcs: ["M8 58C16 2 52 2 60 44"], ball: [60, 40] },
};

/**
 * @param {{
 *   kind: ScreenKind,
 *   sentence?: string,
 *   action?: { label: string, onPress?: () => void, href?: string },
 *   whole?: boolean,
 *   heading?: boolean,
 *   children?: import("preact").ComponentChildren,
 * }} props `whole`: it is the page's main content, its sentence the page's heading; `heading`: that alone
 */
export function Screen({ kind, sentence, action, whole = false, heading = whole, children }) {
  const words = sentence ?? t(`part.screen.${kind}`);
  const { arcs, ball } = SCENES[kind];
  const Place = whole ? "main" : "div";
  const Words = heading ? "h1" : "p";
  return (
    <Place class={whole ? "screen screen--whole" : "screen"} data-kind={kind} aria-busy={kind === "loading" || undefined}>
      <svg class="screen__scene" viewBox="0 0 120 64" aria-hidden="true">
        <path class="screen__ground" d="M2 61H118" />
        {arcs.map((d) => (
          <path key={d} class="screen__arc" d={d} />
        ))}
        <circle class="screen__ball" cx={ball[0]} cy={ball[1]} r="5.5" />
      </svg>
      <Words class="screen__words" tabIndex={heading ? -1 : undefined}>
        {words}
      </Words>
      {action &&
        (action.href ? (
          <a class="button button--primary" href={action.href}>
            {action.label}
          </a>
        ) : (
          <Button kind="primary" onClick={action.onPress}>
            {action.label}
          </Button>
        ))}
      {children}
    </Place>
  );
}

// The timer, on the server's clock: every screen in the room shows the same second.
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/index.js";
import { clockText, nextTick, secondsLeft } from "./timeLeft.js";
import "./TimerView.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Timer} Timer */

/**
 * @param {Timer | null | undefined} timer
 * @param {number} skewMs the server's clock minus this device's
 * @returns {number | null} whole seconds left, redrawn each second; null without a timer
 */
export function useSecondsLeft(timer, skewMs) {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!timer) return undefined;
    let waiting = 0;
    const tick = () => {
      redraw((count) => count + 1);
      if (secondsLeft(timer, Date.now(), skewMs) > 0) waiting = window.setTimeout(tick, nextTick(timer, Date.now(), skewMs));
    };
    waiting = window.setTimeout(tick, nextTick(timer, Date.now(), skewMs));
    return () => window.clearTimeout(waiting);
  }, [timer, skewMs]);
  return timer ? secondsLeft(timer, Date.now(), skewMs) : null;
}

/** @type {Record<number, import("../i18n/index.js").Key>} what is said aloud, and when; a voice each second would drown everything else */
const SAID = { 60: "part.timer.minute", 10: "part.timer.seconds", 0: "part.timer.over" };

/** @param {{ timer: Timer | null | undefined, skewMs: number }} props */
export function TimerView({ timer, skewMs }) {
  const seconds = useSecondsLeft(timer, skewMs);
  if (seconds === null) return null;
  const over = seconds === 0;
  const said = SAID[seconds];
  return (
    <span class="timer" data-low={(seconds <= 10 && !over) || undefined} data-over={over || undefined}>
      <svg class="timer__icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 2.6a6 6 0 1 1 0 12a6 6 0 1 1 0-12ZM8 5.4v3.2l2.2 1.4M6 .9h4" />
      </svg>
      <span role="timer" aria-label={over ? t("part.timer.over") : t("part.timer.left", { time: clockText(seconds) })}>
        {over ? t("part.timer.over") : clockText(seconds)}
      </span>
      <span class="only-said" role="status">
        {said ? t(said) : ""}
      </span>
    </span>
  );
}

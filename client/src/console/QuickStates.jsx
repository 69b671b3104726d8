// What a facilitator reaches for without looking: the timer, the reveal, the wall and the lock, each a state of its own.
import { useSignal } from "@preact/signals";
import { Button } from "../components/Button.jsx";
import { Stepper } from "../components/Stepper.jsx";
import { TimerView } from "../components/TimerView.jsx";
import { t } from "../i18n/index.js";
import "./QuickStates.css";

/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("@protocol/generated/types.d.ts").Timer} Timer */
/** @typedef {import("./desk.js").Desk} Desk */

const MINUTES_AT_MOST = 120;

/** What is on or off for the whole room. */
const STATES = /** @type {const} */ ([
  { key: "H", words: "console.wallHide", holds: (/** @type {BoardMeta} */ board) => board.wall_hidden, on: "wall.hide", off: "wall.show" },
  { key: "L", words: "console.lock", holds: (/** @type {BoardMeta} */ board) => board.locked, on: "board.lock", off: "board.unlock" },
]);

/** @param {{ desk: Desk, board: BoardMeta, skewMs: number, revealing: boolean }} props `revealing`: the primary button reveals already */
export function QuickStates({ desk, board, skewMs, revealing }) {
  return (
    <section class="quick" aria-label={t("console.states")}>
      <TimerRow desk={desk} timer={board.timer} skewMs={skewMs} />
      <div class="quick__row">
        {board.step.private && !revealing && (
          <Button busy={desk.isUnderWay("step.set")} aria-keyshortcuts="P" onClick={() => void desk.setStep({ private: false })}>
            {t("console.move.reveal")}
          </Button>
        )}
        {STATES.map(({ key, words, holds, on, off }) => (
          <Button
            key={key}
            class="chip"
            aria-pressed={holds(board)}
            aria-keyshortcuts={key}
            title={t(`${words}.about`)}
            busy={desk.isUnderWay(on, off)}
            onClick={() => void desk.act({ type: holds(board) ? off : on })}
          >
            {t(words)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** The timer every screen shows: so many minutes, one more, none. @param {{ desk: Desk, timer: Timer | null, skewMs: number }} props */
function TimerRow({ desk, timer, skewMs }) {
  const minutes = useSignal(3);
  const busy = desk.isUnderWay("timer.start", "timer.extend", "timer.stop");
  if (!timer) {
    return (
      <div class="quick__row">
        <Stepper
          label={t("console.timer.label")}
          value={minutes.value}
          min={1}
          max={MINUTES_AT_MOST}
          onChange={(value) => (minutes.value = value)}
        />
        <span class="quiet">{t("console.timer.unit")}</span>
        <Button busy={busy} onClick={() => void desk.act({ type: "timer.start", seconds: minutes.value * 60 })}>
          {t("console.timer.start")}
        </Button>
      </div>
    );
  }
  return (
    <div class="quick__row">
      <p class="quick__left">
        <TimerView timer={timer} skewMs={skewMs} />
      </p>
      <Button busy={busy} aria-keyshortcuts="T" onClick={() => void desk.act({ type: "timer.extend", seconds: 60 })}>
        {t("console.timer.more")}
      </Button>
      <Button kind="bare" busy={busy} onClick={() => void desk.act({ type: "timer.stop" })}>
        {t("console.timer.stop")}
      </Button>
    </div>
  );
}

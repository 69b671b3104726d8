// The timer every screen shows: start with so many minutes, one more, stop.
import { useSignal } from "@preact/signals";
import { Button } from "../components/Button.jsx";
import { Stepper } from "../components/Stepper.jsx";
import { TimerView } from "../components/TimerView.jsx";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";

/** @typedef {import("@protocol/generated/types.d.ts").Timer} Timer */
/** @typedef {import("./desk.js").Desk} Desk */

const MINUTES_AT_MOST = 120;

/** @param {{ desk: Desk, timer: Timer | null, skewMs: number }} props */
export function TimerPanel({ desk, timer, skewMs }) {
  const minutes = useSignal(3);
  const busy = desk.isUnderWay("timer.start", "timer.extend", "timer.stop");
  return (
    <Panel title={t("console.timer")} class="timer-panel">
      {timer ? (
        <div class="panel__row">
          <p class="timer-panel__left">
            <TimerView timer={timer} skewMs={skewMs} />
          </p>
          <Button busy={busy} onClick={() => void desk.act({ type: "timer.extend", seconds: 60 })}>
            {t("console.timer.more")}
          </Button>
          <Button busy={busy} onClick={() => void desk.act({ type: "timer.stop" })}>
            {t("console.timer.stop")}
          </Button>
        </div>
      ) : (
        <div class="panel__row">
          <Stepper
            label={t("console.timer.label")}
            value={minutes.value}
            min={1}
            max={MINUTES_AT_MOST}
            onChange={(value) => (minutes.value = value)}
          />
          <span class="quiet">min</span>
          <Button busy={busy} onClick={() => void desk.act({ type: "timer.start", seconds: minutes.value * 60 })}>
            {t("console.timer.start")}
          </Button>
        </div>
      )}
    </Panel>
  );
}

// How far an idea is: a ball that has bounced from stage to stage. Behind it its arcs are drawn, before it they are dotted;
// where an idea was stopped, the ball lies before a bar. In words beside it, always.
import { dayText } from "../../i18n/dates.js";
import { t } from "../../i18n/index.js";
import { reached, stageNow, WAY } from "./stages.js";
import "./StageTrail.css";
import "./texts.js";

const HOP = 40;

/** @param {number} from @param {number} height @returns {string} one hop of the ball, in a box of 180 × 36 */
const hop = (from, height) => {
  const x = 10 + from * HOP;
  return `M${x} 29C${x + 6} ${29 - height * 1.3} ${x + HOP - 6} ${29 - height * 1.3} ${x + HOP} 29`;
};

/** @param {{ stages: readonly import("./stages.js").Staged[], dated?: boolean }} props `stages`: oldest first; `dated`: since when */
export function StageTrail({ stages, dated = false }) {
  const at = reached(stages);
  const x = 10 + at * HOP;
  const stage = stageNow(stages);
  const last = stages.at(-1);
  const stopped = stage === "stopped";
  return (
    <div class="trail" data-stage={stage}>
      <svg class="trail__way" viewBox="0 0 180 36" aria-hidden="true">
        <path class="trail__ground" d="M2 33H178" />
        {WAY.slice(1, stopped ? at + 1 : undefined).map((one, place) => (
          <path key={one} class="trail__hop" data-done={place < at || undefined} d={hop(place, 24 - place * 3)} />
        ))}
        {stopped && <path class="trail__bar" d={`M${x + 9} 18V32`} />}
        <circle class="trail__ball" cx={x} cy="28" r="5" />
      </svg>
      <p class="trail__now">
        <span class="only-said">{t("part.stage.now", { stage: t(`part.stage.${stage}`) })}</span>
        <span aria-hidden="true">{t(`part.stage.${stage}`)}</span>
        {dated && last && <span class="trail__since">{t("part.stage.since", { date: dayText(last.at_ms) })}</span>}
      </p>
    </div>
  );
}

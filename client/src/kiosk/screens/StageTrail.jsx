// How far an idea is: a ball that has bounced from stage to stage. Behind it its arcs are drawn, before it they are dotted;
// where an idea was stopped, the ball lies before a bar. In words beside it, always.
import { language, t } from "../../i18n/index.js";
import { dayText } from "./dates.js";
import { STAGES } from "./faces.js";
import "./StageTrail.css";

/** @typedef {import("./faces.js").Stage} Stage */
/** @typedef {import("./faces.js").Staged} Staged */

const HOP = 40;
/** The stages an idea goes through when all goes well. */
const WAY = /** @type {readonly Stage[]} */ (STAGES.filter((stage) => stage !== "stopped"));

/** @param {readonly Staged[]} stages @returns {number} how far it came on its way */
function reached(stages) {
  const last = stages.filter(({ stage }) => stage !== "stopped").at(-1)?.stage ?? "idea";
  return WAY.indexOf(last);
}

/** @param {number} from @param {number} [height] @returns {string} one hop of the ball, in a box of 200 × 34 */
const hop = (from, height = 24) => {
  const x = 10 + from * HOP;
  return `M${x} 29C${x + 6} ${29 - height * 1.3} ${x + HOP - 6} ${29 - height * 1.3} ${x + HOP} 29`;
};

/** @param {{ stages: readonly Staged[], stage: Stage, dated?: boolean }} props `dated`: since when */
export function StageTrail({ stages, stage, dated = false }) {
  const at = reached(stages);
  const x = 10 + at * HOP;
  const last = stages.at(-1);
  const stopped = stage === "stopped";
  return (
    <div class="trail" data-stage={stage}>
      <svg class="trail__way" viewBox="0 0 180 36" aria-hidden="true">
        <path class="trail__ground" d="M2 33H178" />
        {WAY.slice(1, stopped ? at + 1 : undefined).map((_, place) => (
          <path key={place} class="trail__hop" data-done={place < at || undefined} d={hop(place, 24 - place * 3)} />
        ))}
        {stopped && <path class="trail__bar" d={`M${x + 9} 18V32`} />}
        <circle class="trail__ball" cx={x} cy="28" r="5" />
      </svg>
      <p class="trail__now">
        <span class="only-said">{t("kiosk.stage.now", { stage: t(`kiosk.stage.${stage}.one`) })}</span>
        <span aria-hidden="true">{t(`kiosk.stage.${stage}.one`)}</span>
        {dated && last && <span class="trail__since">{t("kiosk.stage.since", { date: dayText(last.at_ms, language.value) })}</span>}
      </p>
    </div>
  );
}

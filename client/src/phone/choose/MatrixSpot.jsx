// Where an idea lands between effort and impact: a small picture of the two answers below it, told in words as well.
import { t } from "../../i18n/index.js";

const SIDE = 100;

/** @param {{ marks: readonly (number | null)[], scale: number }} props */
export function MatrixSpot({ marks: [effort = null, impact = null], scale }) {
  const placed = effort !== null && impact !== null;
  const words = placed ? t("choose.matrix.where", { effort, impact, all: scale }) : t("choose.matrix.none");
  /** @param {number} mark */
  const at = (mark) => ((mark - 0.5) / scale) * SIDE;
  return (
    <figure class="choose-matrix">
      <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
        <rect class="choose-matrix__field" width={SIDE} height={SIDE} />
        <path class="choose-matrix__axes" d={`M0 ${SIDE / 2}H${SIDE}M${SIDE / 2} 0V${SIDE}`} />
        {placed && <circle class="choose-matrix__ball" cx={at(effort)} cy={SIDE - at(impact)} r="6" />}
      </svg>
      <figcaption>
        <span role="status">{words}</span>
      </figcaption>
    </figure>
  );
}

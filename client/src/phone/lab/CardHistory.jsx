// How far a card is in the lab, and how it came there. Nothing where nobody has said anything of it.
import { StageTrail } from "../../components/lab/StageTrail.jsx";
import { stagesOf } from "../../core/lab.js";
import { t } from "../../i18n/index.js";
import { historyOf } from "./history.js";

/** @param {{ board: import("../../core/fold.js").BoardMeta, card: string }} props */
export function CardHistory({ board, card }) {
  const { stages, opinions } = historyOf(board, card);
  if (stages.length === 0 && opinions === null) return null;
  return (
    <section class="history">
      <h3>{t("phone.history.title")}</h3>
      <StageTrail stages={stagesOf(board, card)} />
      <ol class="history__lines">
        {stages.map((line, place) => (
          <li key={place} dir="auto">
            {line}
          </li>
        ))}
      </ol>
      {opinions !== null && <p>{opinions}</p>}
    </section>
  );
}

// Agree, pass, disagree: who is for to the right of a middle line, who is against to the left, who passes beside them.
import { t } from "../../i18n/index.js";
import { RankedList } from "./RankedList.jsx";
import { ranksOf, scoreWords } from "./scores.js";
import "./AgreeBars.css";

/** @param {import("./RoundResults.jsx").ViewProps} props */
export function AgreeBars({ round, results, by, labelOf, atMost }) {
  const most = Math.max(1, ...results.flatMap(({ counts }) => [counts?.[0] ?? 0, counts?.[2] ?? 0]));
  return (
    <RankedList ranks={ranksOf(results, by)} labelOf={labelOf} atMost={atMost}>
      {(result) => {
        const [agree = 0, pass = 0, disagree = 0] = result.counts ?? [];
        return (
          <span class="agree">
            <span class="agree__line" aria-hidden="true">
              <span class="agree__half agree__half--against">
                <span class="agree__bar agree__bar--against" style={{ width: `${(100 * disagree) / most}%` }} />
              </span>
              <span class="agree__half">
                <span class="agree__bar" style={{ width: `${(100 * agree) / most}%` }} />
              </span>
            </span>
            <span class="agree__words">
              <span>{t("part.disagree", { n: disagree })}</span>
              <span class="quiet">{t("part.pass", { n: pass })}</span>
              <strong>{t("part.agree", { n: agree })}</strong>
              {by === "agreement" && <span class="quiet">{scoreWords(result, by, round)}</span>}
            </span>
          </span>
        );
      }}
    </RankedList>
  );
}

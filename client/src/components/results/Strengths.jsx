// Pairwise: how strong each item came out of its duels, as a ball on a line with what we cannot know as a whisker.
import { t } from "../../i18n/index.js";
import { RankedList } from "./RankedList.jsx";
import { intervalOf, intervalWords, percent, ranksOf, scoreOf } from "./scores.js";
import "./Strengths.css";

/** @param {import("./RoundResults.jsx").ViewProps} props */
export function Strengths({ results, by, labelOf, atMost }) {
  const ranks = ranksOf(results, by);
  const ends = ranks.flatMap((rank) => rank.results.flatMap((result) => intervalOf(result) ?? [scoreOf(result)]));
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  /** @param {number} value @returns {number} percent of the line */
  const at = (value) => (to > from ? (100 * (value - from)) / (to - from) : 50);
  return (
    <RankedList ranks={ranks} labelOf={labelOf} atMost={atMost}>
      {(result) => {
        const { counts } = result;
        const [low, high] = intervalOf(result) ?? [scoreOf(result), scoreOf(result)];
        const [won = 0, drawn = 0, lost = 0] = counts ?? [];
        const words = intervalWords(result, 0);
        return (
          <span class="strength">
            <span class="strength__line" aria-hidden="true">
              <span class="strength__whisker" style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />
              <span class="strength__ball" style={{ left: `${at(scoreOf(result))}%` }} />
            </span>
            <span class="strength__words">
              <strong>{percent(scoreOf(result))}</strong> {counts && t("part.duels", { won, drawn, lost })}
              {words && <span class="only-said">, {words}</span>}
            </span>
          </span>
        );
      }}
    </RankedList>
  );
}

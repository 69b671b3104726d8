// A score as a bar with its number; below nothing to the left; the interval, where the count has one, as a whisker.
import { RankedList } from "./RankedList.jsx";
import { intervalOf, intervalWords, ranksOf, scoreOf, scoreWords, spanOf } from "./scores.js";
import "./ScoreBars.css";

/** @typedef {import("./scores.js").Result} Result */

/** @param {import("./RoundResults.jsx").ViewProps} props */
export function ScoreBars({ round, results, by, labelOf, atMost }) {
  const [from, to] = spanOf(results);
  /** @param {number} value @returns {number} percent of the line */
  const at = (value) => (100 * (value - from)) / (to - from);
  return (
    <RankedList ranks={ranksOf(results, by)} labelOf={labelOf} atMost={atMost}>
      {(result) => {
        const interval = intervalOf(result);
        const words = by === "agreement" ? "" : intervalWords(result);
        return (
          <span class="score">
            <span class="score__line" aria-hidden="true">
              <Bar score={scoreOf(result)} at={at} />
              {from < 0 && <span class="score__zero" style={{ left: `${at(0)}%` }} />}
              {interval && (
                <span class="score__whisker" style={{ left: `${at(interval[0])}%`, width: `${at(interval[1]) - at(interval[0])}%` }} />
              )}
            </span>
            <span class="score__words">
              {scoreWords(result, by, round)}
              {words && <span class="only-said">, {words}</span>}
            </span>
          </span>
        );
      }}
    </RankedList>
  );
}

/** @param {{ score: number, at: (value: number) => number }} props */
function Bar({ score, at }) {
  const [left, right] = [Math.min(at(0), at(score)), Math.max(at(0), at(score))];
  return <span class="score__bar" data-below={score < 0 || undefined} style={{ left: `${left}%`, width: `${right - left}%` }} />;
}

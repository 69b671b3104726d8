// Ranks from the top: a number each, ties held together by a bracket. What stands beside an item is a method's business.
import { t } from "../../i18n/index.js";
import { firstRanks } from "./scores.js";
import "./RankedList.css";
import "./texts.js";

/** @typedef {import("./scores.js").Result} Result */

/**
 * @param {{
 *   ranks: readonly import("./scores.js").Rank[],
 *   labelOf: import("./scores.js").LabelOf,
 *   children: (result: Result) => import("preact").ComponentChild,
 *   atMost?: number,
 * }} props
 */
export function RankedList({ ranks, labelOf, children, atMost = Infinity }) {
  const { shown, crowd, left } = firstRanks(ranks, atMost);
  const [one] = crowd?.results ?? [];
  return (
    <>
      <ol class="ranked">
        {shown.map(({ rank, results }) => (
          <li key={rank} class="ranked__rank" data-tied={results.length > 1 || undefined}>
            <RankNumber rank={rank} tied={results.length > 1} />
            <ul class="ranked__items">
              {results.map((result) => (
                <li key={result.card} class="ranked__item">
                  <span class="ranked__text">{labelOf(result.card)}</span>
                  {children(result)}
                </li>
              ))}
            </ul>
          </li>
        ))}
        {crowd && one && (
          <li class="ranked__rank" data-tied>
            <RankNumber rank={crowd.rank} tied />
            <div class="ranked__items">
              <div class="ranked__item">
                <span class="ranked__text">
                  <strong>{t("part.outcome.crowd", { n: crowd.results.length })}</strong>{" "}
                  {crowd.results.map((result) => labelOf(result.card)).join(" · ")}
                </span>
                {children(one)}
              </div>
            </div>
          </li>
        )}
      </ol>
      {left > 0 && <p class="quiet">{t("part.outcome.rest", { n: left })}</p>}
    </>
  );
}

/** @param {{ rank: number, tied: boolean }} props */
function RankNumber({ rank, tied }) {
  return (
    <span class="ranked__number">
      <span aria-hidden="true">{rank}</span>
      <span class="only-said">{t(tied ? "part.outcome.rankTied" : "part.outcome.rank", { n: rank })}</span>
      {tied && (
        <span class="ranked__tied" aria-hidden="true">
          {t("part.outcome.tied")}
        </span>
      )}
    </span>
  );
}

// Stars: the average as a row of them, how many gave one, two, three … as small columns, and the interval in words.
import { t } from "../../i18n/index.js";
import { RankedList } from "./RankedList.jsx";
import { intervalWords, number, ranksOf, scoreOf } from "./scores.js";
import "./StarRows.css";

const STAR = "M8 .9 10.2 5.6 15.3 6.2 11.5 9.7 12.5 14.8 8 12.3 3.5 14.8 4.5 9.7.7 6.2 5.8 5.6Z";

/** @param {import("./RoundResults.jsx").ViewProps} props */
export function StarRows({ round, results, by, labelOf, atMost }) {
  const scale = round.scale ?? 5;
  return (
    <RankedList ranks={ranksOf(results, by)} labelOf={labelOf} atMost={atMost}>
      {(result) => (
        <span class="stars">
          <Stars value={scoreOf(result)} scale={scale} />
          <span class="stars__words">
            <strong>{number(scoreOf(result))}</strong> <span class="quiet">{t("part.stars.of", { n: result.voters })}</span>
            {intervalWords(result) && <span class="quiet"> · {intervalWords(result)}</span>}
          </span>
          {result.counts && <Spread counts={result.counts} />}
        </span>
      )}
    </RankedList>
  );
}

/** @param {{ value: number, scale: number }} props */
export function Stars({ value, scale }) {
  return (
    <span class="stars__row" role="img" aria-label={t("part.stars.mean", { text: number(value), scale })}>
      {Array.from({ length: scale }, (_, place) => (
        <svg key={place} class="stars__star" viewBox="0 0 16 16" aria-hidden="true">
          <path class="stars__empty" d={STAR} />
          <path class="stars__full" d={STAR} style={{ clipPath: `inset(0 ${100 * (1 - Math.min(1, Math.max(0, value - place)))}% 0 0)` }} />
        </svg>
      ))}
    </span>
  );
}

/** How many gave how many. @param {{ counts: readonly number[] }} props */
function Spread({ counts }) {
  const most = Math.max(1, ...counts);
  return (
    <span class="stars__spread">
      {counts.map((count, place) => (
        <span key={place} class="stars__column">
          <span class="stars__bar" style={{ height: `${(100 * count) / most}%` }} aria-hidden="true" />
          <span class="only-said">{t("part.stars.gave", { stars: place + 1, n: count })} </span>
        </span>
      ))}
    </span>
  );
}

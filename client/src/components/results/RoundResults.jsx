// The outcome of a round by any method: a sentence in words, its picture, and what other honest counts would say.
import { t } from "../../i18n/index.js";
import { Segmented } from "../Segmented.jsx";
import { AgreeBars } from "./AgreeBars.jsx";
import { CriteriaTable } from "./CriteriaTable.jsx";
import { MatrixPlot } from "./MatrixPlot.jsx";
import { ScoreBars } from "./ScoreBars.jsx";
import { StarRows } from "./StarRows.jsx";
import { Strengths } from "./Strengths.jsx";
import { COUNTED, outcomeSentence, recountSentences } from "./scores.js";
import "./RoundResults.css";
import "./texts.js";

/** @typedef {import("./scores.js").Result} Result */
/** @typedef {import("./scores.js").RoundView} RoundView */
/** @typedef {import("./scores.js").CountedBy} CountedBy */
/**
 * @typedef {object} ViewProps what every picture of an outcome is given
 * @property {RoundView} round
 * @property {readonly Result[]} results
 * @property {CountedBy} by
 * @property {import("./scores.js").LabelOf} labelOf
 * @property {number} [atMost]
 * @property {boolean} [plain]
 */

/** The picture that fits each method's own count; another count is a bar. @type {Partial<Record<RoundView["method"], (props: ViewProps) => import("preact").VNode>>} */
const PICTURES = { agree: AgreeBars, stars: StarRows, criteria: CriteriaTable, matrix: MatrixPlot, pairwise: Strengths };

/**
 * @param {{
 *   round: RoundView,
 *   labelOf: import("./scores.js").LabelOf,
 *   atMost?: number,
 *   by?: CountedBy,
 *   onBy?: (by: CountedBy) => void,
 *   plain?: boolean,
 * }} props `by`: which count to show, the round's own without; `onBy`: lets the reader choose another, without it the
 *   others are told in words; `plain`: nothing to press (a wall). `labelsOf` in ../itemWords.js makes `labelOf`.
 */
export function RoundResults({ round, labelOf, atMost, by, onBy, plain = false }) {
  const own = round.counted_by ?? COUNTED[round.method];
  const chosen = by ?? own;
  const results = chosen === own ? (round.results ?? []) : (round.recounts?.find((recount) => recount.by === chosen)?.results ?? []);
  const Picture = (chosen === own && PICTURES[round.method]) || ScoreBars;
  const ways = [own, ...(round.recounts ?? []).map((recount) => recount.by)];
  const sentence = <p class="outcome__sentence">{outcomeSentence(round, results, chosen, labelOf)}</p>;
  if (round.voters === 0) return <div class="outcome">{sentence}</div>; // no picture, and no other count, of nothing
  return (
    <div class="outcome">
      {sentence}
      {onBy && ways.length > 1 && (
        <Segmented
          small
          showLabel
          label={t("part.counted")}
          options={ways.map((way) => ({ value: way, label: t(`part.counted.${way}`) }))}
          value={chosen}
          onChange={onBy}
        />
      )}
      <Picture round={round} results={results} by={chosen} labelOf={labelOf} atMost={atMost} plain={plain} />
      {!onBy && recountSentences(round, labelOf).length > 0 && (
        <ul class="outcome__recounts">
          {recountSentences(round, labelOf).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

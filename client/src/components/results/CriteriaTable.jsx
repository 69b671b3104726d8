// Several criteria: one row an item, one column a criterion with its weight, and what they come to together.
import { t } from "../../i18n/index.js";
import { number, ranksOf, scoreOf } from "./scores.js";
import "./Tables.css";

/** @param {import("./RoundResults.jsx").ViewProps} props */
export function CriteriaTable({ round, results, by, labelOf, atMost = Infinity }) {
  const criteria = round.criteria ?? [];
  const rows = ranksOf(results, by).flatMap(({ rank, results: tied }) => tied.map((result) => ({ rank, result, tied: tied.length > 1 })));
  return (
    <div class="outcome-table" role="region" aria-label={round.title ?? t("part.table.all")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="only-said">{t("part.outcome.rank", { n: "" })}</span>
            </th>
            <th scope="col">{t("part.table.idea")}</th>
            {criteria.map(({ label, weight = 1 }) => (
              <th key={label} scope="col" class="outcome-table__number">
                {label} {weight > 1 && <span class="quiet">{t("part.table.weight", { n: weight })}</span>}
              </th>
            ))}
            <th scope="col" class="outcome-table__number">
              {t("part.table.all")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, atMost).map(({ rank, result, tied }) => (
            <tr key={result.card} data-tied={tied || undefined}>
              <td class="outcome-table__rank">
                <span>{rank}</span>
                {tied && <span class="outcome-table__tied">{t("part.outcome.tied")}</span>}
              </td>
              <th scope="row">{labelOf(result.card)}</th>
              {criteria.map(({ label }, place) => (
                <td key={label} class="outcome-table__number">
                  <Cell value={mean(result.counts, place)} scale={round.scale ?? 5} />
                </td>
              ))}
              <td class="outcome-table__number outcome-table__all">{number(scoreOf(result))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** @param {{ value: number | null, scale: number }} props */
function Cell({ value, scale }) {
  if (value === null) return <>–</>;
  return (
    <span class="outcome-table__cell">
      {number(value)}
      <span class="outcome-table__bar" style={{ width: `${(100 * value) / scale}%` }} aria-hidden="true" />
    </span>
  );
}

/** @param {readonly number[] | undefined} counts people, then the sum of each criterion's marks @param {number} place @returns {number | null} */
function mean(counts, place) {
  const [people = 0, ...sums] = counts ?? [];
  return people > 0 ? (sums[place] ?? 0) / people : null;
}

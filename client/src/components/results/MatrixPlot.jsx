// Effort × impact: a plot whose four quarters are named around it, numbered balls and their key beside it, and the same as a table.
import { t } from "../../i18n/index.js";
import { number, placeOf, quadrantOf, ranksOf } from "./scores.js";
import "./MatrixPlot.css";
import "./Tables.css";

const SIDE = 100;
const EDGE = 6;
/** Balls whose middles are nearer than this would hide each other: the later one steps aside. */
const APART = 8;
/** Each named in a band of its own outside the field, on its side of the middle: no ball ever lies on a name. */
const QUARTERS = /** @type {const} */ (["quick", "big", "fill", "leave"]);

/** @typedef {{ number: number, result: import("./scores.js").Result, x: number, y: number, effort: number, impact: number }} Ball */

/** @param {import("./RoundResults.jsx").ViewProps & { plain?: boolean }} props `plain`: without the table, where nobody can open it */
export function MatrixPlot({ round, results, by, labelOf, atMost = Infinity, plain = false }) {
  const scale = round.scale ?? 5;
  const balls = ballsOf(ranksOf(results, by).flatMap((rank) => rank.results).slice(0, atMost), scale);
  return (
    <div class="matrix">
      <div class="matrix__picture" aria-hidden="true">
        {QUARTERS.map((quarter) => (
          <span key={quarter} class="matrix__quarter" data-quarter={quarter}>
            {t(`part.matrix.${quarter}`)}
          </span>
        ))}
        <span class="matrix__axis matrix__axis--impact">{t("part.matrix.impact")} →</span>
        <svg class="matrix__plot" viewBox={`0 0 ${SIDE} ${SIDE}`}>
          <rect class="matrix__quick" width={SIDE / 2} height={SIDE / 2} />
          <path class="matrix__lines" d={`M0 0V${SIDE}H${SIDE}M${SIDE / 2} 0V${SIDE}M0 ${SIDE / 2}H${SIDE}`} />
          {balls.map(({ number: name, x, y }) => (
            <g key={name} transform={`translate(${x} ${y})`}>
              <circle class="matrix__ball" r="4.2" />
              <text class="matrix__name" dy="0.36em">
                {name}
              </text>
            </g>
          ))}
        </svg>
        <span class="matrix__axis matrix__axis--effort">{t("part.matrix.effort")} →</span>
      </div>
      <ol class="matrix__key">
        {balls.map(({ number: name, result, effort, impact }) => (
          <li key={result.card}>
            <span class="matrix__dot" aria-hidden="true">
              {name}
            </span>
            <span>
              {labelOf(result.card)}
              <span class="quiet matrix__where">
                {whereWords(result, scale)} {t("part.matrix.effort")} {number(effort)}, {t("part.matrix.impact").toLowerCase()} {number(impact)}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {!plain && <MatrixTable balls={balls} labelOf={labelOf} />}
    </div>
  );
}

/** @param {import("./scores.js").Result} result @param {number} scale */
function whereWords(result, scale) {
  const quadrant = quadrantOf(result, scale);
  return quadrant ? `${t(`part.matrix.${quadrant}`)} ·` : "";
}

/** @param {{ balls: readonly Ball[], labelOf: import("./scores.js").LabelOf }} props */
function MatrixTable({ balls, labelOf }) {
  return (
    <details class="matrix__table">
      <summary>{t("part.matrix.table")}</summary>
      <div class="outcome-table" role="region" aria-label={t("part.matrix.table")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("part.table.idea")}</th>
              <th scope="col" class="outcome-table__number">{t("part.matrix.effort")}</th>
              <th scope="col" class="outcome-table__number">{t("part.matrix.impact")}</th>
            </tr>
          </thead>
          <tbody>
            {balls.map(({ result, effort, impact }) => (
              <tr key={result.card}>
                <th scope="row">{labelOf(result.card)}</th>
                <td class="outcome-table__number">{number(effort)}</td>
                <td class="outcome-table__number">{number(impact)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/**
 * Where each item's ball lies, best first; equal places step aside so that every number is read.
 * @param {readonly import("./scores.js").Result[]} results
 * @param {number} scale
 * @returns {Ball[]}
 */
export function ballsOf(results, scale) {
  /** @type {Ball[]} */
  const balls = [];
  for (const result of results) {
    const place = placeOf(result);
    if (!place) continue;
    /** @param {number} mark */
    const along = (mark) => EDGE + ((SIDE - 2 * EDGE) * (mark - 1)) / Math.max(1, scale - 1);
    const ball = { number: balls.length + 1, result, ...place, x: along(place.effort), y: SIDE - along(place.impact) };
    balls.push({ ...ball, ...freePlace(ball, balls) });
  }
  return balls;
}

/** @param {{ x: number, y: number }} wanted @param {readonly { x: number, y: number }[]} taken */
function freePlace(wanted, taken) {
  for (let turn = 0; turn < 60; turn += 1) {
    const away = turn === 0 ? 0 : APART * (1 + Math.floor((turn - 1) / 8) * 0.5);
    const angle = (turn * Math.PI) / 4;
    const x = Math.min(SIDE - EDGE, Math.max(EDGE, wanted.x + away * Math.cos(angle)));
    const y = Math.min(SIDE - EDGE, Math.max(EDGE, wanted.y + away * Math.sin(angle)));
    if (taken.every((ball) => Math.hypot(ball.x - x, ball.y - y) >= APART - 0.01)) return { x, y };
  }
  return wanted;
}

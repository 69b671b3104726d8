// A vote's outcome: a sentence in words, then bars with their numbers, ties bracketed together.
import { t } from "../i18n/index.js";
import { placesOf, resultsSentence } from "./resultsWords.js";
import "./ResultsView.css";

/** @typedef {import("./resultsWords.js").Result} Result */

/**
 * @param {{
 *   results: readonly Result[],
 *   textOf: (card: string) => string,
 *   voters: number,
 *   atMost?: number,
 * }} props `atMost`: how many cards to draw; a tie is drawn whole or not at all, unless it is the first
 */
export function ResultsView({ results, textOf, voters, atMost = Infinity }) {
  const places = placesOf(results);
  const shown = upTo(places, atMost);
  const best = places[0]?.points ?? 1;
  const left = places.reduce((sum, place) => sum + place.results.length, 0) - shown.reduce((sum, place) => sum + place.results.length, 0);
  return (
    <div class="results">
      <p class="results__sentence">{resultsSentence(results, textOf, voters)}</p>
      <ol class="results__places">
        {shown.map((place) => (
          <li key={place.rank} class="results__place" data-tied={place.results.length > 1 || undefined}>
            <span class="results__rank">
              <span aria-hidden="true">{place.rank}</span>
              <span class="only-said">
                {t(place.results.length > 1 ? "part.results.rankTied" : "part.results.rank", { n: place.rank })}
              </span>
              {place.results.length > 1 && (
                <span class="results__tied" aria-hidden="true">
                  {t("part.results.tied")}
                </span>
              )}
            </span>
            <ul class="results__cards">
              {place.results.map((result) => (
                <li key={result.card} class="results__card">
                  <span class="results__text">{textOf(result.card)}</span>
                  <span class="results__bar-row">
                    <span class="results__bar" style={{ width: `${(100 * result.points) / best}%` }} aria-hidden="true" />
                    <span class="results__points">{t("part.card.tally", { n: result.points })}</span>
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {left > 0 && <p class="quiet">{t("part.results.rest", { n: left })}</p>}
    </div>
  );
}

/**
 * @param {ReturnType<typeof placesOf>} places
 * @param {number} atMost
 */
export function upTo(places, atMost) {
  const shown = [];
  let room = atMost;
  for (const place of places) {
    if (shown.length > 0 && place.results.length > room) break;
    shown.push(shown.length === 0 ? { ...place, results: place.results.slice(0, Math.max(1, room)) } : place);
    room -= place.results.length;
  }
  return shown;
}

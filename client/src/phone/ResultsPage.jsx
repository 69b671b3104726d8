// What came out of the votes, the latest first: a sentence, then bars, ties bracketed; and what I gave.
import { ResultsView } from "../components/ResultsView.jsx";
import { t } from "../i18n/index.js";
import "./ResultsPage.css";

/** @param {{ store: import("../core/store.js").BoardStore }} props */
export function ResultsPage({ store }) {
  const closed = store.rounds.value.filter((round) => round.state === "closed").reverse();
  if (closed.length === 0) return <p>{t("phone.results.none")}</p>;
  return (
    <>
      {closed.map((round) => {
        const given = Object.values(store.ballots.value[round.id] ?? {}).reduce((sum, points) => sum + points, 0);
        return (
          <section key={round.id} class="outcome">
            <h2>{round.title || t("phone.results.title")}</h2>
            <ResultsView
              results={round.results ?? []}
              voters={round.voters}
              textOf={(card) => store.cards.value.get(card)?.text || t("phone.detail.gone")}
            />
            <p class="quiet">{t("phone.results.mine", { n: given })}</p>
          </section>
        );
      })}
    </>
  );
}

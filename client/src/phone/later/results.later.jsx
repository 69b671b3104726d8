// What came out of the votes, the latest first: in words, then its picture, ties as ties; and what I gave.
import { useState } from "preact/hooks";
import { labelsOf } from "../../components/itemWords.js";
import { RoundResults } from "../../components/results/RoundResults.jsx";
import { t } from "../../i18n/index.js";
import { MyVotes } from "../choose/MyVotes.jsx";
import "./results.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("../../core/store.js").BoardStore} BoardStore */

/** @param {{ desk: import("../BoardScreen.jsx").Desk }} props */
export default function ResultsPage({ desk: { store } }) {
  const closed = store.rounds.value.filter((round) => round.state === "closed").reverse();
  if (closed.length === 0) return <p>{t("phone.results.none")}</p>;
  return (
    <>
      {closed.map((round) => (
        <Outcome key={round.id} store={store} round={round} />
      ))}
    </>
  );
}

/** @param {{ store: BoardStore, round: RoundView }} props */
function Outcome({ store, round }) {
  const [by, setBy] = useState(round.counted_by);
  const labelOf = labelsOf(round, { cards: store.cards.value, groups: store.groups.value });
  return (
    <section class="phone-outcome">
      <h2>{round.title || t("phone.results.title")}</h2>
      <RoundResults
        round={round}
        labelOf={labelOf}
        by={by}
        onBy={setBy}
      />
      <MyVotes store={store} round={round} labelOf={labelOf} />
    </section>
  );
}

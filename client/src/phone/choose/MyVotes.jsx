// What I gave in a vote that is over, in words, folded away: own ballots stay in sight of their owner.
import { t } from "../../i18n/index.js";
import { ballotsInWords } from "./ballotWords.js";
import "./myVotes.css";

/**
 * @param {{
 *   store: import("../../core/store.js").BoardStore,
 *   round: import("@protocol/generated/types.d.ts").RoundView,
 *   labelOf: (item: string) => string,
 * }} props
 */
export function MyVotes({ store, round, labelOf }) {
  const lines = ballotsInWords(round, { points: store.ballots.value[round.id], marks: store.marks.value[round.id] }, labelOf);
  if (lines.length === 0) return <p class="quiet">{t("choose.said.nothing")}</p>;
  return (
    <details class="my-votes">
      <summary>{t("choose.said", { n: lines.length })}</summary>
      <ul>
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </details>
  );
}

// Votes: the one that is open, and what the earlier ones said.
import { Button } from "../components/Button.jsx";
import { t } from "../i18n/index.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {RoundView} round @param {readonly RoundView[]} rounds @returns {string} its title, or its number */
export const roundName = (round, rounds) => round.title ?? t("console.vote.nth", { n: rounds.indexOf(round) + 1 });

/** @param {{ store: BoardStore, desk: Desk }} props */
export function VotePanel({ store, desk }) {
  const rounds = store.rounds.value;
  const open = store.openRound.value;
  const closed = rounds.filter((round) => round.state === "closed").reverse();
  if (rounds.length === 0) return null;
  return (
    <section class="vote-panel" aria-label={t("console.vote")}>
      {open && <OpenVote round={open} here={votersHere(store)} desk={desk} />}
      {closed.length > 0 && (
        <ul class="vote-panel__closed">
          {closed.map((round) => (
            <li key={round.id}>
              <Button kind="bare" onClick={() => (desk.sheet.value = { kind: "results", round: round.id })}>
                {`${t("console.vote.results")} · ${roundName(round, rounds)}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** @param {{ round: RoundView, here: number, desk: Desk }} props */
function OpenVote({ round, here, desk }) {
  return (
    <div class="vote-panel__open">
      <div class="vote-panel__what">
        <p>
          <strong>{round.title ?? t("console.vote.open")}</strong>
        </p>
        <p class="quiet small">
          {t("console.vote.rules", { budget: round.budget, cap: round.cap })}
          {round.secret && ` · ${t("console.vote.secretNow")}`}
        </p>
      </div>
      <p class="vote-panel__voters">{t("console.vote.voters", { n: round.voters, here: Math.max(here, round.voters) })}</p>
      <Button busy={desk.isUnderWay("round.close")} onClick={() => void desk.act({ type: "round.close", round: round.id })}>
        {t("console.vote.close")}
      </Button>
    </div>
  );
}

/** Those who can vote: whoever is here and neither steers nor shows. @param {BoardStore} store @returns {number} */
function votersHere(store) {
  const presence = store.presence.value;
  if (!presence) return 0;
  const voters = presence.people?.filter((person) => person.role === "participant" || person.role === "staff");
  return voters ? voters.length : presence.here;
}

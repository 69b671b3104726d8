// Votes: the one that is open, and what the earlier ones said.
import { useSignal } from "@preact/signals";
import { Button } from "../components/Button.jsx";
import { labelsOf } from "../components/itemWords.js";
import { RoundResults } from "../components/results/RoundResults.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { t } from "../i18n/index.js";
import { roundName, roundRules, votersHere } from "./rounds.js";
import "./VotePanel.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */

/** So many earlier votes stand on the desk; the others are one press away. */
const CLOSED_SHOWN = 3;

/** @param {{ store: BoardStore, desk: Desk }} props */
export function VotePanel({ store, desk }) {
  const all = useSignal(false);
  const rounds = store.rounds.value;
  const open = store.openRound.value;
  const closed = rounds.filter((round) => round.state === "closed").reverse();
  if (rounds.length === 0) return null;
  return (
    <section class="vote-panel" aria-label={t("console.vote")}>
      {open && <OpenVote round={open} here={votersHere(store)} desk={desk} />}
      {closed.length > 0 && (
        <div class="vote-panel__closed" data-all={all.value || undefined}>
          <p class="quiet small" aria-hidden="true">
            {t("console.vote.results")}
          </p>
          <ul class="vote-panel__rounds">
            {closed.slice(0, all.value ? closed.length : CLOSED_SHOWN).map((round) => (
              <li key={round.id}>
                <Button
                  class="chip"
                  aria-label={`${t("console.vote.results")} · ${roundName(round, rounds)}`}
                  onClick={() => (desk.sheet.value = { kind: "results", round: round.id })}
                >
                  <span class="vote-panel__name">{roundName(round, rounds)}</span>
                </Button>
              </li>
            ))}
            {closed.length > CLOSED_SHOWN && (
              <li>
                <Button kind="bare" class="chip" aria-expanded={all.value} onClick={() => (all.value = !all.value)}>
                  {all.value ? t("console.fewer") : t("console.vote.earlier", { n: closed.length - CLOSED_SHOWN })}
                </Button>
              </li>
            )}
          </ul>
        </div>
      )}
    </section>
  );
}

/** @param {{ round: RoundView, here: number, desk: Desk }} props */
function OpenVote({ round, here, desk }) {
  const all = Math.max(here, round.voters);
  return (
    <div class="vote-panel__open">
      <div class="vote-panel__what">
        <p>
          <strong>{round.title ?? t("console.vote.open")}</strong>
        </p>
        <p class="quiet small">{roundRules(round)}</p>
      </div>
      <div class="vote-panel__turnout">
        <p class="vote-panel__voters">{t("console.vote.voters", { n: round.voters, here: all })}</p>
        <progress class="vote-panel__progress" aria-hidden="true" max={Math.max(1, all)} value={round.voters} />
      </div>
      <Button busy={desk.isUnderWay("round.close")} onClick={() => void desk.act({ type: "round.close", round: round.id })}>
        {t("console.vote.close")}
      </Button>
      {round.on === "options" && round.tallies && <Standing options={round.options ?? []} counts={round.tallies} all={all} />}
    </div>
  );
}

/**
 * How a poll stands that is no secret, as the wall has it: its answers in their own order.
 * @param {{ options: readonly string[], counts: NonNullable<RoundView["tallies"]>, all: number }} props
 */
function Standing({ options, counts, all }) {
  return (
    <ul class="vote-panel__options">
      {options.map((option, place) => {
        const n = counts[String(place + 1)] ?? 0;
        return (
          <li key={option}>
            <span dir="auto">{option}</span>
            <progress class="vote-panel__progress" aria-hidden="true" max={Math.max(1, all)} value={n} />
            <strong>{n}</strong>
          </li>
        );
      })}
    </ul>
  );
}

/** @param {SheetProps & { round: string }} props */
export function ResultsSheet({ store, desk, close, round: id }) {
  const rounds = store.rounds.value;
  const round = rounds.find((other) => other.id === id);
  const by = useSignal(/** @type {import("@protocol/generated/types.d.ts").CountedBy | undefined} */ (undefined));
  if (!round) return null;
  return (
    <Sheet open wide title={roundName(round, rounds)} onClose={close}>
      <p class="quiet">{roundRules(round)}</p>
      <RoundResults
        round={round}
        labelOf={labelsOf(round, { cards: store.cards.value, groups: store.groups.value })}
        by={by.value}
        onBy={(way) => (by.value = way)}
      />
      <div class="panel__row">
        <Button kind="bare" onClick={() => (desk.sheet.value = { kind: "eraseVote", round: id })}>
          {t("console.vote.erase")}
        </Button>
      </div>
    </Sheet>
  );
}

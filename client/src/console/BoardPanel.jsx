// The table: every card, by section; whose lineage is whose; the way to the bin.
import { useEffect } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { wordsOf } from "../components/cardWords.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { quoted } from "../components/resultsWords.js";
import { Screen } from "../components/Screen.jsx";
import { t } from "../i18n/index.js";
import { BoardCard } from "./BoardCard.jsx";
import { columnsOf, isInBin, isOnTable } from "./boardColumns.js";
import { kinOf } from "./lineage.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ store: BoardStore, desk: Desk, board: BoardMeta }} props */
export function BoardPanel({ store, desk, board }) {
  const ordered = store.ordered.value;
  const cards = store.cards.value;
  const childrenOf = store.childrenOf.value;
  const lineageOf = desk.lineageOf.value;
  const kin = lineageOf !== null && cards.has(lineageOf) ? kinOf(lineageOf, cards, childrenOf) : null;
  const tallies = store.openRound.value?.tallies;
  const columns = columnsOf(ordered, board.sections);
  const sealed = ordered.filter((card) => isSealed(card) && isOnTable(card)).length;
  const peek = desk.peek.value;
  useEffect(() => {
    if (sealed === 0) desk.peek.value = false; // the next private writing begins face down again
  }, [sealed, desk]);
  const kept = useKeptFocus(".table__cards > li");
  const onTable = ordered.filter(isOnTable).length;
  return (
    <section class="table" aria-label={t("console.board")}>
      <div class="table__bar">
        <h2 class="panel__title">
          {t("console.board")} <span class="panel__count">{t("common.ideas", { n: onTable })}</span>
        </h2>
        <div class="panel__row">
          {sealed > 0 && (
            <Button class="chip" aria-pressed={peek} onClick={() => (desk.peek.value = !peek)}>
              {t("console.peek")}
            </Button>
          )}
          <Button kind="bare" aria-label={t("console.card.add")} onClick={() => (desk.sheet.value = { kind: "add" })}>
            <Plus /> {t("console.card.one")}
          </Button>
          {!store.openRound.value && onTable > sealed && (
            <Button kind="bare" onClick={() => (desk.sheet.value = { kind: "vote" })}>
              {t("console.move.open_vote")}
            </Button>
          )}
          <Button
            kind="bare"
            aria-label={t("console.section.add")}
            onClick={() => (desk.sheet.value = { kind: "section", section: null })}
          >
            <Plus /> {t("console.section.one")}
          </Button>
          <Button kind="bare" onClick={() => (desk.sheet.value = { kind: "bin" })}>
            {t("console.bin", { n: ordered.filter(isInBin).length })}
          </Button>
        </div>
      </div>
      {kin && lineageOf !== null && (
        <div class="table__lineage" role="status">
          <p>
            <strong>{t("console.lineage.of", { text: quoted(wordsOf(cards.get(lineageOf))) })}</strong>{" "}
            <span class="quiet">
              {t("console.lineage.count", { n: ordered.filter((card) => !["self", "other"].includes(kin(card.id))).length })}
            </span>
          </p>
          <Button kind="bare" onClick={() => (desk.lineageOf.value = null)}>
            {t("console.lineage.clear")}
          </Button>
        </div>
      )}
      {onTable === 0 && board.sections.length === 0 && <Screen kind="empty" sentence={t("console.board.empty")} />}
      <div class="table__columns" data-sections={board.sections.length > 0 || undefined} {...kept}>
        {columns.map(({ section, cards: members }) => (
          <section key={section?.id ?? ""} class="table__column">
            {board.sections.length > 0 && <SectionHead desk={desk} section={section} />}
            <ul class="table__cards">
              {members.map((card) => (
                <li key={card.id}>
                  <BoardCard
                    store={store}
                    desk={desk}
                    card={card}
                    faceDown={isSealed(card) && !peek}
                    kin={kin?.(card.id)}
                    rebounds={childrenOf.get(card.id)?.length ?? 0}
                    tally={tallies?.[card.id]}
                  />
                </li>
              ))}
            </ul>
            {members.length === 0 && board.sections.length > 0 && (
              <p class="table__none quiet small">{section?.hint ?? t("console.section.none")}</p>
            )}
          </section>
        ))}
      </div>
    </section>
  );
}

/** @param {import("@protocol/generated/types.d.ts").Card} card @returns {boolean} */
const isSealed = (card) => card.sealed === true && card.state === "shown";

function Plus() {
  return (
    <svg class="table__plus" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3 8h10M8 3v10" />
    </svg>
  );
}

/** @param {{ desk: Desk, section: import("./boardColumns.js").Section | null }} props */
function SectionHead({ desk, section }) {
  return (
    <div class="table__section-head">
      <h3>{section?.title ?? t("common.noSection")}</h3>
      {section && (
        <Menu
          label={t("console.section.menu", { title: section.title })}
          items={[
            {
              label: t("console.section.rename"),
              onPick: () => {
                desk.sheet.value = { kind: "section", section: section.id };
              },
            },
            {
              label: t("console.section.remove"),
              onPick: () =>
                void desk.act({ type: "section.remove", section: section.id }, { done: "console.section.removed" }),
            },
          ]}
        />
      )}
    </div>
  );
}

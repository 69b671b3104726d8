// The table: its columns of cards; looking for some, picking some; whose lineage is whose.
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { stackTitle } from "../components/itemWords.js";
import { opinionsText } from "../components/lab/opinions.js";
import { stageNow } from "../components/lab/stages.js";
import { wordsOf } from "../components/cardWords.js";
import { differs } from "../components/memo.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { quoted } from "../components/quoted.js";
import { Screen } from "../components/Screen.jsx";
import { opinionsOf, showcaseOf, stagesOf } from "../core/lab.js";
import { t } from "../i18n/index.js";
import { BoardCard } from "./BoardCard.jsx";
import { Column } from "./Column.jsx";
import { SelectionBar } from "./SelectionBar.jsx";
import { columnsOf, isInBin, isOnTable } from "./boardColumns.js";
import { kinOf } from "./lineage.js";
import { isLab } from "./labBoards.js";
import { found } from "./stacks.js";
import "./BoardPanel.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./BoardCard.jsx").BoardCardProps} BoardCardProps */

/** @param {{ store: BoardStore, desk: Desk, board: BoardMeta }} props */
export function BoardPanel({ store, desk, board }) {
  const ordered = store.ordered.value;
  const cards = store.cards.value;
  const childrenOf = store.childrenOf.value;
  const comments = store.comments.value;
  const reactions = store.reactions.value;
  const lineageOf = desk.lineageOf.value;
  const kin = lineageOf !== null && cards.has(lineageOf) ? kinOf(lineageOf, cards, childrenOf) : null;
  const openRound = store.openRound.value;
  const tallies = openRound?.on === "options" ? undefined : openRound?.tallies;
  const sought = desk.sought.value.trim();
  const columns = columnsOf(found(ordered, sought), board.sections);
  const sealed = ordered.filter((card) => isSealed(card) && isOnTable(card)).length;
  const peek = desk.peek.value;
  useEffect(() => {
    if (sealed === 0) desk.peek.value = false; // the next private writing begins face down again
  }, [sealed, desk]);
  const kept = useKeptFocus(".board-card");
  const onTable = ordered.filter(isOnTable).length;
  const seen = columns.reduce((sum, column) => sum + column.cards.length, 0);
  const selected = desk.selected.value;
  const [drawn] = useState(() => /** @type {WeakMap<Card, import("preact").VNode<BoardCardProps>>} */ (new WeakMap()));
  /** Whatever says the same as before is the same node, which a redraw passes over. @param {Card} card */
  const draw = (card) => {
    /** @type {BoardCardProps} */
    const props = {
      store,
      desk,
      card,
      segments: board.segments,
      faceDown: isSealed(card) && !peek,
      kin: kin?.(card.id),
      rebounds: childrenOf.get(card.id)?.length ?? 0,
      comments: comments.get(card.id)?.filter((one) => one.state === "shown").length ?? 0,
      reactions: sum(reactions.get(card.id)),
      tally: tallies?.[card.id],
      selected: selected.has(card.id),
      lit: board.spotlight?.card === card.id,
      muted: card.author !== null && board.muted.includes(card.author),
      stage: stageNow(stagesOf(board, card.id)),
      inWindow: showcaseOf(board, card.id) !== null,
      opinions: board.opinions?.[card.id] ? opinionsText(opinionsOf(board, card.id)) : "", // few have any, and words cost
    };
    const before = drawn.get(card);
    if (before && !differs(before.props, props)) return before;
    const node = <BoardCard {...props} />;
    drawn.set(card, node);
    return node;
  };
  return (
    <section class="table" aria-label={t("console.board")}>
      <div class="table__bar">
        <TableBar store={store} desk={desk} onTable={onTable} sealed={sealed} />
        <Lit store={store} desk={desk} board={board} />
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
        <SelectionBar store={store} desk={desk} />
      </div>
      <p class={sought ? "quiet small" : "only-said"} role="status">
        {sought && t("console.search.found", { n: seen })}
      </p>
      {onTable === 0 && board.sections.length === 0 && store.openRound.value?.on !== "options" && <Screen kind="empty" sentence={t("console.board.empty")} />}
      <div class="table__columns" data-sections={board.sections.length > 0 || undefined} {...kept}>
        {columns.map(({ section, cards: members }) => (
          <Column
            key={section?.id ?? ""}
            store={store}
            desk={desk}
            board={board}
            section={section}
            cards={members}
            whole={sought !== "" || kin !== null}
            tallies={tallies}
            draw={draw}
          />
        ))}
      </div>
    </section>
  );
}

/** @param {Partial<Record<string, number>>} [counts] @returns {number} */
const sum = (counts = {}) => Object.values(counts).reduce((all, count = 0) => (all ?? 0) + count, 0) ?? 0;

/** @param {Card} card @returns {boolean} */
const isSealed = (card) => card.sealed === true && card.state === "shown";

/** @param {{ store: BoardStore, desk: Desk, onTable: number, sealed: number }} props */
function TableBar({ store, desk, onTable, sealed }) {
  const binned = store.ordered.value.filter(isInBin).length;
  const board = store.board.value;
  const lab = board !== null && isLab(board); // then it has a panel of its own
  const open = /** @param {import("./desk.js").OpenSheet} sheet */ (sheet) => () => void (desk.sheet.value = sheet);
  return (
    <div class="table__tools">
      <h2 class="panel__title">
        {t("console.board")} <span class="panel__count">{t("console.ideas", { n: onTable })}</span>
      </h2>
      <input
        type="search"
        class="input table__search"
        aria-label={t("console.search")}
        aria-keyshortcuts="/"
        placeholder={t("console.search")}
        value={desk.sought.value}
        onInput={(event) => (desk.sought.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") desk.sought.value = "";
        }}
      />
      <div class="panel__row">
        {sealed > 0 && (
          <Button class="chip" aria-pressed={desk.peek.value} onClick={() => (desk.peek.value = !desk.peek.value)}>
            {t("console.peek")}
          </Button>
        )}
        <Button kind="bare" aria-label={t("console.card.add")} onClick={open({ kind: "add" })}>
          <Plus /> {t("console.card.one")}
        </Button>
        {!store.openRound.value && (
          <Button kind="bare" aria-keyshortcuts="V" onClick={open({ kind: "vote" })}>
            {t("console.move.open_vote")}
          </Button>
        )}
        <Button kind="bare" aria-keyshortcuts="B" onClick={open({ kind: "bin" })}>
          {t("console.bin", { n: binned })}
        </Button>
        <Menu
          label={t("console.more")}
          items={[
            onTable > 1 && { label: t("console.suggestions"), onPick: open({ kind: "suggestions" }) },
            { label: t("console.import"), onPick: open({ kind: "import" }) },
            { label: t("console.section.add"), onPick: open({ kind: "section", section: null }) },
            onTable > 0 && {
              label: t("console.select.all"),
              onPick: () => desk.selectOnly(found(store.ordered.value, desk.sought.value).filter(isOnTable).map((card) => card.id)),
            },
            !lab && { label: t("console.lab.menu"), onPick: open({ kind: "lab" }) },
            !lab && { label: t("console.kiosks.menu"), onPick: open({ kind: "kiosks" }) },
          ]}
        >
          {t("console.more")}
        </Menu>
      </div>
    </div>
  );
}

/** What stands large on the wall now, and how to take it off. @param {{ store: BoardStore, desk: Desk, board: BoardMeta }} props */
function Lit({ store, desk, board }) {
  const lit = board.spotlight;
  if (!lit) return null;
  const group = lit.group ? store.groups.value.get(lit.group) : undefined;
  const words = group
    ? stackTitle(group, store.ordered.value.filter((card) => card.group === group.id))
    : quoted(wordsOf(store.cards.value.get(lit.card ?? "")));
  return (
    <div class="table__lineage">
      <p>
        <strong>{t("console.spotlight.now")}</strong> {words}
      </p>
      <Button kind="bare" busy={desk.isUnderWay("spotlight.set")} onClick={() => void desk.act({ type: "spotlight.set" })}>
        {t("console.spotlight.off")}
      </Button>
    </div>
  );
}

function Plus() {
  return (
    <svg class="table__plus" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3 8h10M8 3v10" />
    </svg>
  );
}

// The facilitator's desk: what happens now on the left, the table in the middle, the room on the right. One primary button.
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { ConnectionBadge } from "../components/ConnectionBadge.jsx";
import { LineNote } from "../components/LineNote.jsx";
import { LiveRegion, say } from "../components/LiveRegion.jsx";
import { Screen } from "../components/Screen.jsx";
import { LanguageSwitch, ThemeSwitch } from "../components/Segmented.jsx";
import { useJoinUrl } from "../components/useJoinUrl.js";
import { usePageTitle } from "../components/usePageTitle.js";
import { Logo } from "../components/VerbIcon.jsx";
import { t } from "../i18n/index.js";
import { BoardPanel } from "./BoardPanel.jsx";
import { InboxPanel } from "./InboxPanel.jsx";
import { PeoplePanel } from "./PeoplePanel.jsx";
import { ExportPanel, SharePanel } from "./SharePanel.jsx";
import { Sheets } from "./Sheets.jsx";
import { AllowPanel, StepPanel } from "./StepPanel.jsx";
import { TimerPanel } from "./TimerPanel.jsx";
import { VotePanel } from "./VotePanel.jsx";
import { isOnTable } from "./boardColumns.js";
import { linksOf } from "./links.js";
import { nextMove } from "./nextMove.js";
import { useShortcuts } from "./shortcuts.js";
import "./Console.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */

/** What each next move sends. @type {Record<ReturnType<typeof nextMove>, ClientCommand["type"][]>} */
const COMMANDS = {
  unlock: ["board.unlock"],
  reveal: ["step.set"],
  write: ["step.set"],
  open_vote: [],
  close_vote: ["round.close"],
};

/** @param {{ store: BoardStore, desk: Desk, token: string }} props */
export function Console({ store, desk, token }) {
  const ended = store.ended.value;
  const board = store.board.value;
  if (ended) {
    return (
      <Screen
        whole
        kind={ended.code === "removed" ? "removed" : "ended"}
        sentence={t(`close.${ended.code}`)}
        action={{ label: t("console.home"), href: "/" }}
      />
    );
  }
  if (!board) return <Screen whole kind={store.status.value === "offline" ? "offline" : "loading"} />;
  return <Desktop store={store} desk={desk} token={token} board={board} />;
}

/** @param {{ store: BoardStore, desk: Desk, token: string, board: BoardMeta }} props */
function Desktop({ store, desk, token, board }) {
  const links = linksOf(board, token, useJoinUrl(board.code));
  const ordered = store.ordered.value;
  const openRound = store.openRound.value;
  const move = nextMove({ locked: board.locked, step: board.step, openRound, cards: ordered.filter(isOnTable).length });
  const vote = () => {
    if (openRound) void desk.act({ type: "round.close", round: openRound.id });
    else desk.sheet.value = { kind: "vote" };
  };
  /** @type {Record<typeof move, () => void>} */
  const moves = {
    unlock: () => void desk.act({ type: "board.unlock" }),
    reveal: () => void desk.setStep({ private: false }),
    write: () => void desk.setStep({ private: true }),
    open_vote: vote,
    close_vote: vote,
  };
  /** @type {Record<string, () => void>} */
  const steering = {
    n: moves[move],
    p: () => void desk.setStep({ private: !board.step.private }),
    t: () => void desk.act(board.timer ? { type: "timer.extend", seconds: 60 } : { type: "timer.start", seconds: 60 }),
    v: vote,
    l: () => void desk.act({ type: board.locked ? "board.unlock" : "board.lock" }),
  };
  useShortcuts({
    "?": () => (desk.sheet.value = { kind: "keys" }),
    // without a line, or while answers are late, nothing on the screen would answer, and a key pressed again for that would count again later
    ...(store.line.value === "live" ? steering : {}),
    b: () => (desk.sheet.value = { kind: "bin" }),
    w: () => (links.wall ? void window.open(links.wall, "_blank", "noopener") : desk.complain(t("console.share.elsewhere"))),
    Escape: () => (desk.lineageOf.value = null),
  });
  useNews(store);
  usePageTitle(board.title);
  return (
    <div class="console">
      <Head store={store} desk={desk} board={board} />
      <div class="console__left">
        <StepPanel desk={desk} board={board} sealed={ordered.filter((card) => card.sealed && isOnTable(card)).length} />
        <TimerPanel desk={desk} timer={board.timer} skewMs={store.skewMs.value} />
        <AllowPanel desk={desk} board={board} />
      </div>
      <div class="console__next">
        <Button kind="primary" size="large" busy={desk.isUnderWay(...COMMANDS[move])} onClick={moves[move]}>
          {t(`console.move.${move}`)}
        </Button>
      </div>
      <main class="console__middle">
        <VotePanel store={store} desk={desk} />
        <BoardPanel store={store} desk={desk} board={board} />
      </main>
      <div class="console__right">
        <InboxPanel store={store} desk={desk} />
        <PeoplePanel store={store} desk={desk} segments={board.segments} />
        <SharePanel desk={desk} board={board} links={links} />
        <ExportPanel desk={desk} board={board} token={token} />
        <footer class="console__switches">
          <LanguageSwitch />
          <ThemeSwitch />
        </footer>
      </div>
      <div class="notice-stack">
        <LineNote store={store} lateWords="console.late" />
        <NoticeBar desk={desk} />
      </div>
      <LiveRegion />
      <Sheets store={store} desk={desk} address={links.participant} />
    </div>
  );
}

/** @param {{ store: BoardStore, desk: Desk, board: BoardMeta }} props */
function Head({ store, desk, board }) {
  return (
    <header class="console__head">
      <a class="console__home" href="/" aria-label={`Rebond : ${t("console.home")}`}>
        <Logo />
      </a>
      <h1 class="console__title">{board.title}</h1>
      <Button kind="bare" onClick={() => (desk.sheet.value = { kind: "rename" })}>
        {t("console.rename")}
      </Button>
      <div class="console__state">
        <span>{t("common.people", { n: store.presence.value?.here ?? 0 })}</span>
        <ConnectionBadge status={store.line.value} waiting={store.outgoing.value.length} brief />
        <Button
          kind="bare"
          iconOnly
          aria-label={t("console.keys")}
          aria-keyshortcuts="?"
          onClick={() => (desk.sheet.value = { kind: "keys" })}
        >
          ?
        </Button>
      </div>
    </header>
  );
}

/** @param {{ desk: Desk }} props */
function NoticeBar({ desk }) {
  const notice = desk.notice.value;
  const undo = notice?.undo;
  return (
    <div class="notice-place" role={notice?.tone === "refused" ? "alert" : "status"}>
      {notice && (
        <div class="notice" data-tone={notice.tone}>
          <p>{notice.text}</p>
          {undo && (
            <Button
              onClick={() => {
                desk.dismiss();
                undo();
              }}
            >
              {t("console.undo")}
            </Button>
          )}
          <Button kind="bare" onClick={desk.dismiss}>
            {t("part.close")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Says how many ideas came, and how many wait, to whoever listens. @param {BoardStore} store */
function useNews(store) {
  const cards = store.ordered.value;
  const counts = { table: cards.filter(isOnTable).length, pending: cards.filter((card) => card.state === "pending").length };
  const before = useRef(counts);
  const { table, pending } = counts;
  useEffect(() => {
    const last = before.current;
    before.current = { table, pending };
    if (table > last.table) say(t("console.new", { n: table - last.table }));
    if (pending > last.pending) say(t("console.newPending", { n: pending - last.pending }));
  }, [table, pending]);
}

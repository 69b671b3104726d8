// The facilitator's desk: the plan and what holds now on the left, the table in the middle, the room on the right. One primary button.
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { BrandLogo } from "../components/BrandLogo.jsx";
import { Button } from "../components/Button.jsx";
import { ConnectionBadge } from "../components/ConnectionBadge.jsx";
import { LiveRegion, say } from "../components/LiveRegion.jsx";
import { Screen } from "../components/Screen.jsx";
import { LanguageSwitch } from "../components/Segmented.jsx";
import { ThemeSwitch } from "../components/ThemeSwitch.jsx";
import { usePageTitle } from "../components/usePageTitle.js";
import { Logo } from "../components/VerbIcon.jsx";
import { t } from "../i18n/index.js";
import { BoardPanel } from "./BoardPanel.jsx";
import { InboxPanel, inboxCount } from "./InboxPanel.jsx";
import { InLabPanel, LabPanel } from "./LabPanel.jsx";
import { COMMANDS, NextStep } from "./NextStep.jsx";
import { Notices } from "./Notices.jsx";
import { PeoplePanel } from "./PeoplePanel.jsx";
import { PlanPanel } from "./PlanPanel.jsx";
import { QuickStates } from "./QuickStates.jsx";
import { ExportPanel, SeeAsPanel, SharePanel, takeHome } from "./SharePanel.jsx";
import { Sheets } from "./Sheets.jsx";
import { StepPanel } from "./StepPanel.jsx";
import { VotePanel } from "./VotePanel.jsx";
import { isOnTable } from "./boardColumns.js";
import { deskApi } from "./deskApi.js";
import { createDoor } from "./door.js";
import { cardKeys, inboxKeys } from "./deskKeys.js";
import { waitingIn } from "./inbox.js";
import { isLab } from "./labBoards.js";
import { useLinks } from "./links.js";
import { nextMove } from "./nextMove.js";
import { around } from "./plan.js";
import { useShortcuts } from "./shortcuts.js";
import "./Console.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./nextMove.js").Move} Move */

/** @param {{ store: BoardStore, desk: Desk, token: string }} props */
export function Console({ store, desk, token }) {
  const ended = store.ended.value;
  const board = store.board.value;
  if (ended) {
    return (
      <Screen
        whole
        kind={ended.code === "removed" ? "removed" : "ended"}
        sentence={t(/** @type {import("../i18n/keys.js").Under<"close.">} */ (`close.${ended.code}`))}
        action={{ label: t("console.home"), href: "/" }}
      />
    );
  }
  if (!board) return <Screen whole kind={store.status.value === "offline" ? "offline" : "loading"} />;
  return <Desktop store={store} desk={desk} token={token} board={board} />;
}

/** @param {{ store: BoardStore, desk: Desk, token: string, board: BoardMeta }} props */
function Desktop({ store, desk, token, board }) {
  const api = useMemo(() => deskApi(board.id, token), [board.id, token]);
  const links = useLinks(board, api, store.line.value === "live");
  const door = useMemo(() => createDoor(api, board.id), [api, board.id]);
  useEffect(() => door.watch(), [door]);
  const ordered = store.ordered.value;
  const openRound = store.openRound.value;
  const onTable = ordered.filter(isOnTable);
  const sealed = onTable.filter((card) => card.sealed && card.state === "shown").length;
  const move = nextMove({ ...board, openRound, cards: onTable.length });
  const { next } = around(board.plan, board.step.id);
  const moves = movesOf(store, desk, next, () => void takeHome(desk, board, "md", token));
  /** @type {Record<string, () => void>} */
  const steering = {
    n: () => {
      if (!desk.isUnderWay(...COMMANDS[move])) moves[move](); // pressed twice, it would go twice
    },
    p: () => void desk.setStep({ private: !board.step.private }),
    t: () => void desk.act(board.timer ? { type: "timer.extend", seconds: 60 } : { type: "timer.start", seconds: 60 }),
    v: openRound ? moves.close_vote : moves.open_vote,
    l: () => void desk.act({ type: board.locked ? "board.unlock" : "board.lock" }),
    h: () => void desk.act({ type: board.wall_hidden ? "wall.show" : "wall.hide" }),
    ...inboxKeys(store, desk),
  };
  const undo = store.undo.value;
  const takeBack = () => {
    if (undo.can) void desk.takeBack();
  };
  useShortcuts(
    {
      "?": () => (desk.sheet.value = { kind: "keys" }),
      // without a line, or while answers are late, nothing on the screen would answer, and a key pressed again for that would count again later
      ...(store.line.value === "live" ? steering : {}),
      ...cardKeys(store, desk),
      c: () => (desk.sheet.value = { kind: "relaunch" }),
      i: () => (desk.sheet.value = { kind: "add" }),
      b: () => (desk.sheet.value = { kind: "bin" }),
      o: () => (desk.sheet.value = { kind: "preview" }),
      w: () => (links.wall ? void window.open(links.wall, "_blank", "noopener") : desk.complain(t("console.share.elsewhere"))),
      Escape: () => {
        desk.lineageOf.value = null;
        desk.selectOnly();
      },
    },
    takeBack,
  );
  useLayoutEffect(() => desk.arriveAt(board.step.id), [desk, board.step.id]);
  useNews(store);
  usePageTitle(board.title);
  const now = { sealed, voting: openRound !== null, timing: board.timer !== null };
  return (
    <div class="console">
      <Head store={store} desk={desk} board={board} waiting={inboxCount(store, door)} />
      <div class="console__left">
        <PlanPanel desk={desk} board={board} now={now} />
        <StepPanel desk={desk} board={board} sealed={sealed} />
      </div>
      <QuickStates desk={desk} board={board} skewMs={store.skewMs.value} revealing={move === "reveal"} />
      <NextStep desk={desk} board={board} move={move} now={now} onMove={moves[move]} />
      <main class="console__middle">
        <VotePanel store={store} desk={desk} />
        <BoardPanel store={store} desk={desk} board={board} />
      </main>
      <div class="console__right">
        <InboxPanel store={store} desk={desk} door={door} />
        <PeoplePanel store={store} desk={desk} board={board} />
        <SeeAsPanel desk={desk} />
        <SharePanel desk={desk} board={board} links={links} api={api} />
        {isLab(board) && <LabPanel desk={desk} board={board} links={links} api={api} />}
        <InLabPanel desk={desk} links={links} api={api} live={store.line.value === "live"} />
        <ExportPanel desk={desk} board={board} token={token} />
        <footer class="console__switches">
          <LanguageSwitch />
          <ThemeSwitch />
        </footer>
      </div>
      <Notices store={store} desk={desk} />
      <LiveRegion />
      <Sheets store={store} desk={desk} links={links} api={api} />
    </div>
  );
}

/**
 * What each next move does.
 * @param {BoardStore} store
 * @param {Desk} desk
 * @param {import("@protocol/generated/types.d.ts").Step | null} next
 * @param {() => void} report
 * @returns {Record<Move, () => void>}
 */
function movesOf(store, desk, next, report) {
  const go = () => {
    if (desk.isJustTurned()) desk.tell(t("console.plan.turned"));
    else if (next) void desk.act({ type: "step.go", step: next.id });
  };
  return {
    unlock: () => void desk.act({ type: "board.unlock" }),
    finish: () => void desk.act({ type: "board.lock" }, { done: "console.finished" }),
    reveal: () => void desk.setStep({ private: false }),
    write: () => void desk.setStep({ private: true }),
    next_step: go,
    begin: go,
    report,
    open_vote: () => {
      desk.sheet.value = { kind: "vote" };
    },
    close_vote: () => {
      const round = store.openRound.peek();
      if (round) void desk.act({ type: "round.close", round: round.id });
    },
  };
}

/** @param {{ store: BoardStore, desk: Desk, board: BoardMeta, waiting: number }} props `waiting`: how much is in the inbox */
function Head({ store, desk, board, waiting }) {
  return (
    <header class="console__head">
      <a class="console__home" href="/" aria-label={t("console.home.said")}>
        <Logo />
      </a>
      <BrandLogo />
      <h1 class="console__title">{board.title}</h1>
      <Button kind="bare" iconOnly aria-label={t("console.rename")} title={t("console.rename")} onClick={() => (desk.sheet.value = { kind: "rename" })}>
        <svg class="console__pen" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M10.6 2.6 13.4 5.4 5.6 13.2 2.2 13.8 2.8 10.4z" />
        </svg>
      </Button>
      <div class="console__state">
        <Undo store={store} desk={desk} />
        {waiting > 0 && (
          <a class="button button--plain console__to-inbox" href="#inbox">
            {t("console.inbox.to", { n: waiting })}
          </a>
        )}
        <Button aria-keyshortcuts="C" onClick={() => (desk.sheet.value = { kind: "relaunch" })}>
          {t("console.relaunch")}
        </Button>
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

/** Says what it takes back. Stands there only while there is something: an offer that would fail is none. @param {{ store: BoardStore, desk: Desk }} props */
function Undo({ store, desk }) {
  const { can, label } = store.undo.value;
  if (!can || !label) return null;
  return (
    <Button kind="bare" class="console__undo" aria-keyshortcuts="Control+Z" onClick={() => void desk.takeBack()}>
      {t("console.undo.what", { what: t(/** @type {import("../i18n/keys.js").Under<"console.undo.">} */ (`console.undo.${label}`)) })}
    </Button>
  );
}

/** Says how many ideas came, how many wait and how many hands went up, to whoever listens. @param {BoardStore} store */
function useNews(store) {
  const counts = {
    table: store.ordered.value.filter(isOnTable).length,
    pending: waitingIn(store).length,
    hands: store.board.value?.hands.length ?? 0,
  };
  const before = useRef(counts);
  const { table, pending, hands } = counts;
  useEffect(() => {
    const last = before.current;
    before.current = { table, pending, hands };
    if (table > last.table) say(t("console.new", { n: table - last.table }));
    if (pending > last.pending) say(t("console.newPending", { n: pending - last.pending }));
    if (hands > last.hands) say(t("console.newHands", { n: hands - last.hands }));
  }, [table, pending, hands]);
}

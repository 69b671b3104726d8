// The poster: the question, the time, what the room has written, and how to come in. No controls.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { wordsOf } from "../components/cardWords.js";
import { ConnectionBadge } from "../components/ConnectionBadge.jsx";
import { QrView } from "../components/QrView.jsx";
import { ResultsView } from "../components/ResultsView.jsx";
import { Screen } from "../components/Screen.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { useJoinUrl } from "../components/useJoinUrl.js";
import { usePageTitle } from "../components/usePageTitle.js";
import { TimerView } from "../components/TimerView.jsx";
import { language, t } from "../i18n/index.js";
import { Stage } from "./Stage.jsx";
import { Writing } from "./Writing.jsx";
import { useCalm } from "./hooks.js";
import { sceneOf } from "./scene.js";
import "./Wall.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/** The wall redraws its cards at most this often, however busy the board is. */
const CALM_MS = 200;
const RESULTS_SHOWN = 7;
/** So few are drawn larger. */
const FEW_RESULTS = 4;

/** @param {{ store: BoardStore }} props */
export function Wall({ store }) {
  const board = store.board.value;
  const ended = store.ended.value;
  usePageTitle(board?.title);
  useBoardLanguage(board?.locale);
  if (ended) {
    return (
      <Screen
        whole
        kind={ended.code === "removed" ? "removed" : "ended"}
        sentence={t(`close.${ended.code}`)}
        action={{ label: t("wall.reload"), onPress: () => location.reload() }}
      />
    );
  }
  if (!board) return <Screen whole kind={store.status.value === "offline" ? "offline" : "loading"} />;
  return (
    <div class="wall">
      <header class="wall__head">
        <h1 class="wall__question" data-long={board.title.length > 60 || undefined}>
          {board.title}
        </h1>
        {board.step.instruction && <p class="wall__instruction">{board.step.instruction}</p>}
      </header>
      <main class="wall__stage">
        <Scene store={store} board={board} />
      </main>
      <Rail store={store} board={board} />
    </div>
  );
}

/**
 * A poster speaks the board's language, whatever the machine it hangs on speaks; `?lang=` in its address decides otherwise.
 * @param {BoardMeta["locale"] | undefined} locale
 */
function useBoardLanguage(locale) {
  useEffect(() => {
    if (!locale || new URLSearchParams(location.search).has("lang")) return;
    language.value = locale;
    document.documentElement.lang = locale;
  }, [locale]);
}

/** @param {{ store: BoardStore, board: BoardMeta }} props */
function Scene({ store, board }) {
  const derived = useComputed(() => {
    const now = store.board.value;
    return now && sceneOf(store.ordered.value, store.rounds.value, now.step, now.timer);
  });
  const scene = useCalm(derived, CALM_MS);
  if (!scene || scene.kind === "invitation") return <Invitation />;
  if (scene.kind === "writing") return <Writing sealed={scene.sealed} writing={store.presence.value?.writing ?? 0} />;
  if (scene.kind === "results") {
    return (
      <section class="wall__results" data-few={(scene.round.results ?? []).length <= FEW_RESULTS || undefined}>
        <h2>{scene.round.title ?? t("wall.results")}</h2>
        <ResultsView
          results={scene.round.results ?? []}
          textOf={(card) => wordsOf(store.cards.value.get(card))}
          voters={scene.round.voters}
          atMost={RESULTS_SHOWN}
        />
      </section>
    );
  }
  return <Stage store={store} cards={scene.cards} sealed={scene.sealed} board={board} />;
}

function Invitation() {
  return (
    <div class="wall__invitation">
      <svg class="wall__invitation-arc" viewBox="0 0 600 180" aria-hidden="true">
        <path d="M10 172C60 -42 300 -42 352 172" />
        <path d="M352 172C376 62 490 62 520 146" />
        <circle cx="526" cy="158" r="16" />
      </svg>
      <p>{t("wall.invitation")}</p>
    </div>
  );
}

/**
 * How to come in, and who is here: always there, whatever the stage shows.
 * @param {{ store: BoardStore, board: BoardMeta }} props
 */
function Rail({ store, board }) {
  const presence = store.presence.value;
  const open = store.openRound.value;
  const status = store.status.value;
  const joinUrl = useJoinUrl(board.code);
  return (
    <aside class="wall__rail">
      <div class="wall__now">
        {board.timer && (
          <p class="wall__timer">
            <TimerView timer={board.timer} skewMs={store.skewMs.value} />
          </p>
        )}
        {open && (
          <p class="wall__vote">
            <strong>{open.title ?? t("wall.vote")}</strong>
            <span>{t("wall.voted", { n: open.voters })}</span>
          </p>
        )}
        {board.locked && <p class="wall__locked">{t("wall.locked")}</p>}
      </div>
      <div class="wall__who">
        <p class="wall__here">{t("wall.here", { n: presence?.here ?? 0 })}</p>
        {presence && <Segments counts={presence.segments} segments={board.segments} />}
        {presence && presence.writing > 0 && <p class="wall__is-writing">{t("wall.writing", { n: presence.writing })}</p>}
        {status !== "live" && <ConnectionBadge status={status} brief />}
      </div>
      <div class="wall__join">
        <QrView code={board.code} address={joinUrl} />
        <div class="wall__join-words">
          <p class="wall__join-about">{t("wall.join")}</p>
          <p class="wall__code">
            <span class="only-said">{t("wall.code")} </span>
            {board.code}
          </p>
          <p class="wall__address">{new URL(joinUrl).host}</p>
        </div>
      </div>
    </aside>
  );
}

/** @param {{ counts: Record<string, number>, segments: BoardMeta["segments"] }} props */
function Segments({ counts, segments }) {
  return (
    <ul class="wall__segments">
      {segments.map((segment, place) => {
        const count = counts[segment.id] ?? 0;
        return count > 0 ? (
          <li key={segment.id}>
            <SegmentMark place={place} label={segment.label} /> {count}
          </li>
        ) : null;
      })}
    </ul>
  );
}

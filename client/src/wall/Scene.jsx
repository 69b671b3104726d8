// What fills the poster now, one of a few scenes. Redrawn calmly, however busy the board is.
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { labelsOf } from "../components/itemWords.js";
import { RoundResults } from "../components/results/RoundResults.jsx";
import { t } from "../i18n/index.js";
import { Choosing } from "./Choosing.jsx";
import { Spotlit } from "./Spotlit.jsx";
import { Stage } from "./Stage.jsx";
import { Writing } from "./Writing.jsx";
import { useCalm, useFitting, useTurned } from "./hooks.js";
import { sceneOf } from "./scene.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/** The wall redraws its cards at most this often. */
const CALM_MS = 200;
const RESULTS_SHOWN = 8;
/** So few are drawn larger. */
const FEW_RESULTS = 4;

/** @param {{ store: BoardStore, board: BoardMeta }} props */
export function Scene({ store, board }) {
  const outcome = useRef(/** @type {{ round: string, step: unknown } | null} */ (null));
  const derived = useComputed(() => {
    const now = store.board.value;
    if (!now) return null;
    const { step, timer, spotlight, wall_hidden } = now;
    const rounds = store.rounds.value;
    const closed = rounds[rounds.length - 1]?.state === "closed" ? rounds[rounds.length - 1] : undefined;
    if (!closed) outcome.current = null;
    else if (outcome.current?.round !== closed.id) outcome.current = { round: closed.id, step };
    const passed = outcome.current && outcome.current.step !== step ? outcome.current.round : null;
    return sceneOf({ ordered: store.ordered.value, rounds, groups: store.groups.value, step, timer, spotlight, wall_hidden, passed });
  });
  const scene = useCalm(derived, CALM_MS);
  const turned = useTurned(store.cards.value);
  const tallies = store.openRound.value?.tallies;
  switch (scene?.kind) {
    case "hidden":
      return <Words about={t("wall.hidden.about")}>{t("wall.hidden")}</Words>;
    case "writing":
      return <Writing sealed={scene.sealed} writing={store.presence.value?.writing ?? 0} />;
    case "card":
    case "stack":
      return <Spotlit store={store} board={board} scene={scene} />;
    case "choosing":
      return <Choosing store={store} board={board} {...scene} />;
    case "results":
      return <Outcome key={scene.round.id} store={store} round={scene.round} />;
    case "groups":
      return <Stage key="groups" store={store} board={board} cards={scene.cards} stacks={scene.stacks} sealed={scene.sealed} tallies={tallies} />;
    case "sections":
      return <Stage key="sections" canvas store={store} board={board} cards={scene.cards} sealed={scene.sealed} turned={turned} tallies={tallies} />;
    case "cards":
    case "lineage":
      return <Stage key="cards" store={store} board={board} cards={scene.cards} sealed={scene.sealed} turned={turned} tallies={tallies} />;
    default:
      return <Words>{t("wall.invitation")}</Words>;
  }
}

/** @param {{ store: BoardStore, round: import("@protocol/generated/types.d.ts").RoundView }} props */
function Outcome({ store, round }) {
  const [element, count] = useFitting(RESULTS_SHOWN, round.id);
  return (
    <section class="wall__results" ref={element} data-few={(round.results ?? []).length <= FEW_RESULTS || undefined} data-method={round.method}>
      <h2>{round.title ?? t("wall.results")}</h2>
      <RoundResults plain round={round} labelOf={labelsOf(round, { cards: store.cards.value, groups: store.groups.value })} atMost={count} />
    </section>
  );
}

/** A sentence under two arcs. @param {{ children: import("preact").ComponentChildren, about?: string }} props */
function Words({ children, about }) {
  return (
    <div class="wall__words">
      <svg class="wall__words-arc" viewBox="0 0 600 180" aria-hidden="true">
        <path d="M10 172C60 -42 300 -42 352 172" />
        <path d="M352 172C376 62 490 62 520 146" />
        <circle cx="526" cy="158" r="16" />
      </svg>
      <p class="wall__words-text">{children}</p>
      {about && <p class="wall__words-about">{about}</p>}
    </div>
  );
}

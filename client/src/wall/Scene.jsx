// What fills the poster now, one of a few scenes. Redrawn calmly, however busy the board is.
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { labelsOf } from "../components/itemWords.js";
import { RoundResults } from "../components/results/RoundResults.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { useFitting } from "../components/useFitting.js";
import { t } from "../i18n/index.js";
import { Choosing } from "./Choosing.jsx";
import { Spotlit } from "./Spotlit.jsx";
import { Stage } from "./Stage.jsx";
import { Writing } from "./Writing.jsx";
import { useCalm, useTurned } from "./hooks.js";
import { sceneOf } from "./scene.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/** The wall redraws its cards at most this often. */
const CALM_MS = 200;
const RESULTS_SHOWN = 8;
/** Sizes of an outcome's words, in em, largest first: an outcome is as large as the poster allows, and only then shorter. */
const OUTCOME_SIZES = [2.1, 1.85, 1.6, 1.35];
/** So many people are drawn one by one; the rail says how many there are. */
const MARKS_SHOWN = 72;

/** @param {{ store: BoardStore, board: BoardMeta }} props */
export function Scene({ store, board }) {
  const outcome = useRef(/** @type {{ round: string, at: string | null } | null} */ (null));
  const derived = useComputed(() => {
    const now = store.board.value;
    if (!now) return null;
    const { step, timer, spotlight, wall_hidden } = now;
    const rounds = store.rounds.value;
    const closed = rounds[rounds.length - 1]?.state === "closed" ? rounds[rounds.length - 1] : undefined;
    // Told anew, as when it was hidden meanwhile, a wall is in another step only where the room is; a room that comes back is past it still.
    const at = `${step.id} ${step.view} ${step.private}`;
    if (closed && outcome.current?.round !== closed.id) outcome.current = { round: closed.id, at };
    if (outcome.current && outcome.current.at !== at) outcome.current.at = null;
    const passed = outcome.current?.at === null ? outcome.current.round : null;
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
      return (
        <Words>
          {t("wall.invitation")}
          <Arrivals presence={store.presence.value} segments={board.segments} />
        </Words>
      );
  }
}

/** @param {{ store: BoardStore, round: import("@protocol/generated/types.d.ts").RoundView }} props */
function Outcome({ store, round }) {
  const [element, fits] = useFitting(RESULTS_SHOWN + OUTCOME_SIZES.length - 1, round.id);
  const count = Math.min(RESULTS_SHOWN, fits);
  const size = OUTCOME_SIZES[OUTCOME_SIZES.length - 1 - (Math.max(RESULTS_SHOWN, fits) - RESULTS_SHOWN)];
  return (
    <section class="wall__results" ref={element} style={{ fontSize: `${size}em` }} data-method={round.method}>
      <h2>{round.title ?? t("wall.results")}</h2>
      <RoundResults plain round={round} labelOf={labelsOf(round, { cards: store.cards.value, groups: store.groups.value })} atMost={count} />
    </section>
  );
}

/**
 * A mark for everybody who is here, in the shape of their segment: each pops up as somebody comes in. Who they are is
 * not said, nor to the wall; how many of each segment stands in the rail, in words.
 * @param {{ presence: BoardStore["presence"]["value"], segments: BoardMeta["segments"] }} props
 */
function Arrivals({ presence, segments }) {
  if (!presence) return null;
  const declared = segments.flatMap(({ id }, place) => marks(id, presence.segments[id] ?? 0, place));
  const all = [...declared, ...marks("", presence.here - declared.length, null)];
  return (
    <span class="wall__arrivals" aria-hidden="true">
      {all.slice(0, MARKS_SHOWN).map(({ key, place }) => (
        <i key={key} class="wall__arrival" data-plain={place === null || undefined}>
          {place !== null && <SegmentMark place={place} />}
        </i>
      ))}
    </span>
  );
}

/** @param {string} segment @param {number} count @param {number | null} place of the segment */
const marks = (segment, count, place) => Array.from({ length: Math.max(0, count) }, (_, nth) => ({ key: `${segment} ${nth}`, place }));

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

// The poster: the question, the time, what the room has written, and how to come in. No controls.
import { useEffect } from "preact/hooks";
import { Screen } from "../components/Screen.jsx";
import { usePageTitle } from "../components/usePageTitle.js";
import { speak, t } from "../i18n/index.js";
import { Rail } from "./Rail.jsx";
import { Scene } from "./Scene.jsx";
import "./Wall.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/** A question from here on is set smaller, and from there on smaller still. */
const LONG_CHARS = [60, 120];

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
        sentence={t(/** @type {import("../i18n/keys.js").Under<"close.">} */ (`close.${ended.code}`))}
        action={{ label: t("wall.reload"), onPress: () => location.reload() }}
      />
    );
  }
  if (!board) return <Screen whole kind={store.status.value === "offline" ? "offline" : "loading"} />;
  return (
    <div class="wall">
      <header class="wall__head">
        <h1 class="wall__question" data-long={LONG_CHARS.filter((chars) => board.title.length > chars).length}>
          {board.title}
        </h1>
        {board.step.instruction && <p class="wall__instruction">{board.step.instruction}</p>}
        {board.relaunch && !board.wall_hidden && <Relaunched board={board} relaunch={board.relaunch} />}
      </header>
      <main class="wall__stage">
        <Scene store={store} board={board} />
      </main>
      <Rail store={store} board={board} />
    </div>
  );
}

/** @param {{ board: BoardMeta, relaunch: NonNullable<BoardMeta["relaunch"]> }} props */
function Relaunched({ board, relaunch }) {
  const whom = board.segments.find((segment) => segment.id === relaunch.segment);
  return (
    <p class="wall__relaunch" key={relaunch.id}>
      {whom && <span class="wall__relaunch-whom">{t("wall.relaunch.to", { segment: whom.label })}</span>}
      <span dir="auto">{relaunch.text}</span>
    </p>
  );
}

/**
 * A poster speaks the board's language, whatever the machine it hangs on speaks; `?lang=` in its address decides otherwise.
 * @param {BoardMeta["locale"] | undefined} locale
 */
function useBoardLanguage(locale) {
  useEffect(() => {
    if (!locale || new URLSearchParams(location.search).has("lang")) return;
    void speak([locale]);
  }, [locale]);
}

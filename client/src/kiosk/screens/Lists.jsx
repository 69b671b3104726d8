// Ideas to choose from: those of one stage, those of one board; and the boards themselves.
import { Screen } from "../../components/Screen.jsx";
import { ArcIcon } from "../../components/VerbIcon.jsx";
import { t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { facesOf, byStage, questionsOf } from "./faces.js";
import { Frame } from "./Frame.jsx";
import { Notice } from "./Notice.jsx";
import { Choices } from "./Pages.jsx";
import { Choice, Tile } from "./Tile.jsx";

/** Two columns of three; with the button under them that makes seven. */
const TILES = 6;

/** @param {{ stage: import("./faces.js").Stage }} props */
export function StageList({ stage }) {
  const { engine, go } = useVisit();
  const boards = engine.boards.value;
  const faces = byStage(boards).get(stage) ?? [];
  return (
    <Frame name="stage" title={t(`kiosk.stage.${stage}`)} about={t(`kiosk.stage.${stage}.about`)}>
      <Tiles faces={faces} place={questionsOf(boards).length > 1} onPress={({ board, card }) => go({ at: "card", board: board.id, card: card.id })} />
    </Frame>
  );
}

export function BoardList() {
  const { engine, go } = useVisit();
  return (
    <Frame name="boards" title={t("kiosk.boards.title")}>
      <Choices items={questionsOf(engine.boards.value)} keyOf={({ id }) => id}>
        {(board) => (
          <Choice title={board.title.value} lang={board.locale} count={board.cards.value.size} onPress={() => go({ at: "board", board: board.id })} />
        )}
      </Choices>
    </Frame>
  );
}

/** @param {{ board: string }} props */
export function BoardScreen({ board: id }) {
  const { engine, go } = useVisit();
  const board = engine.boards.value.find((one) => one.id === id);
  const faces = board ? facesOf(board) : [];
  if (!board?.state.value) return <Notice kind="empty" name="gone" sentence={t("kiosk.card.gone")} />;
  return (
    <Frame name="board" title={board.title.value} label={t("kiosk.stage.count", { n: faces.length })}>
      {faces.length > 0 ? (
        <Tiles faces={faces} onPress={({ card }) => go({ at: "card", board: id, card: card.id })} />
      ) : (
        <Screen kind="empty" sentence={t(board.allows("add") ? "kiosk.board.none" : "kiosk.home.empty.closed")} />
      )}
      {board.allows("add") ? (
        <Choice strong title={t("kiosk.home.suggest")} about={t("kiosk.home.suggest.about")} sign={<ArcIcon />} onPress={() => go({ at: "idea", board: id })} />
      ) : (
        <p class="kiosk__about">{t("kiosk.board.closed")}</p>
      )}
    </Frame>
  );
}

/**
 * @param {{
 *   faces: readonly import("./faces.js").Face[],
 *   place?: boolean,
 *   onPress: (face: import("./faces.js").Face) => void,
 * }} props
 */
function Tiles({ faces, place, onPress }) {
  return (
    <Choices items={faces} keyOf={({ board, card }) => `${board.id} ${card.id}`} most={TILES} shape="tiles">
      {(face) => <Tile face={face} place={place} onPress={() => onPress(face)} />}
    </Choices>
  );
}

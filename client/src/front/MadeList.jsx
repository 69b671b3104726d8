// The way back to boards made here, and a way to forget them on a shared device.
import { useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { t } from "../i18n/index.js";
import { forgetMadeBoard, madeBoards } from "./madeBoards.js";

export function MadeList() {
  const [boards, setBoards] = useState(madeBoards);
  if (boards.length === 0) return null;
  /** @param {string} id */
  const forget = (id) => {
    forgetMadeBoard(id);
    setBoards(madeBoards());
  };
  return (
    <section class="made">
      <h2>{t("front.made")}</h2>
      <ul>
        {boards.map((board) => (
          <li key={board.id} class="made__row">
            <a class="made__link" href={`/console/${board.id}#t=${board.tokens.moderator}`}>
              <span>{board.title}</span>
              <span class="quiet small">{board.code}</span>
            </a>
            <Button
              kind="bare"
              aria-label={t("front.made.forgetOne", { title: board.title })}
              onClick={() => forget(board.id)}
            >
              {t("front.made.forget")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

// The wall: a poster of one board. Opened with its own link, then left alone for days.
import { render } from "preact";
import { useMemo } from "preact/hooks";
import { Screen } from "../components/Screen.jsx";
import { seatFromLink } from "../core/identity.js";
import { createBoardStore } from "../core/store.js";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { boardIn } from "../front/code.js";
import { detectLanguage, t } from "../i18n/index.js";
import { Wall } from "./Wall.jsx";
import "./texts.js";

startTheme();
void detectLanguage().then(() => {
  const app = document.getElementById("app");
  if (app) render(<Opened board={boardIn(location.pathname)} />, app);
});

/** @param {{ board: string }} props */
function Opened({ board }) {
  // a place of its own: the console of the same board may be open in this very browser, with another token
  const store = useMemo(() => {
    const seat = board ? seatFromLink(`wall.${board}`) : null;
    return seat && createBoardStore({ token: seat.token, board, seat: seat.seat });
  }, [board]);
  if (store) return <Wall store={store} />;
  return <Screen whole kind="wrong-code" sentence={t("wall.noToken")} action={{ label: "Rebond", href: "/" }} />;
}

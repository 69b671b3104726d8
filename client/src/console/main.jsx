// The moderator console: opened with the moderator's link, or on the device where the board was made.
import { render } from "preact";
import { useMemo } from "preact/hooks";
import { Screen } from "../components/Screen.jsx";
import { seatFromLink } from "../core/identity.js";
import { createBoardStore } from "../core/store.js";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { boardIn } from "../front/code.js";
import { addTexts, detectLanguage, t } from "../i18n/index.js";
import { Console } from "./Console.jsx";
import { createDesk } from "./desk.js";

startTheme();
addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });
void detectLanguage().then(() => {
  const app = document.getElementById("app");
  if (app) render(<Opened board={boardIn(location.pathname)} />, app);
});

/** @param {{ board: string }} props */
function Opened({ board }) {
  // a place of its own: the wall of the same board may be open in this very browser, with another token
  const opened = useMemo(() => {
    const seat = board ? seatFromLink(`console.${board}`) : null;
    if (!seat) return null;
    const store = createBoardStore({ token: seat.token, board, seat: seat.seat, ways: () => import("./undoRows.js") });
    return { store, desk: createDesk(store), token: seat.token };
  }, [board]);
  if (opened) return <Console {...opened} />;
  return (
    <Screen whole kind="wrong-code" sentence={t("console.noToken")} action={{ label: t("console.home"), href: "/" }} />
  );
}

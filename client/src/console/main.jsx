// The moderator console: opened with the moderator's link, or on the device where the board was made.
import { render } from "preact";
import { Screen } from "../components/Screen.jsx";
import { seatFromLink } from "../core/identity.js";
import { createBoardStore } from "../core/store.js";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { addTexts, detectLanguage, t } from "../i18n/index.js";
import { Console } from "./Console.jsx";
import { createDesk } from "./desk.js";
import en from "./texts.en.js";
import fr from "./texts.fr.js";

startTheme();
addTexts({ en, fr });
await detectLanguage();
const app = document.getElementById("app");
const board = decodeURIComponent(location.pathname.split("/")[2] ?? "");
// a place of its own: the wall of the same board may be open in this very browser, with another token
const seat = seatFromLink(`console.${board}`);
if (app) {
  if (board && seat) {
    const store = createBoardStore({ token: seat.token, board, seat: seat.seat });
    render(<Console store={store} desk={createDesk(store)} token={seat.token} />, app);
  } else {
    render(<Screen whole kind="wrong-code" sentence={t("console.noToken")} action={{ label: t("console.home"), href: "/" }} />, app);
  }
}

// The wall: a poster of one board. Opened with its own link, then left alone for days.
import { render } from "preact";
import { Screen } from "../components/Screen.jsx";
import { seatFromLink } from "../core/identity.js";
import { createBoardStore } from "../core/store.js";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { detectLanguage, t } from "../i18n/index.js";
import { Wall } from "./Wall.jsx";
import "./texts.js";

startTheme();
await detectLanguage();
const app = document.getElementById("app");
const board = decodeURIComponent(location.pathname.split("/")[2] ?? "");
// a place of its own: the console of the same board may be open in this very browser, with another token
const seat = seatFromLink(`wall.${board}`);
if (app) {
  if (board && seat) render(<Wall store={createBoardStore({ token: seat.token, board, seat: seat.seat })} />, app);
  else render(<Screen whole kind="wrong-code" sentence={t("wall.noToken")} action={{ label: "Rebond", href: "/" }} />, app);
}

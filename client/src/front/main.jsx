// The front page: join with a code, or set up a board.
import { render } from "preact";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { detectLanguage } from "../i18n/index.js";
import { Front } from "./Front.jsx";
import "./texts.js";

startTheme();
void detectLanguage().then(() => {
  const app = document.getElementById("app");
  if (app) render(<Front />, app);
});

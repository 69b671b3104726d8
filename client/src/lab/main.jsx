// A lab's front page, for whoever follows its link: what is open, how far things are, and the way in.
import { render } from "preact";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { boardIn } from "../front/code.js";
import { detectLanguage } from "../i18n/index.js";
import { LabPage } from "./LabPage.jsx";
import "./texts.js";

startTheme();
void detectLanguage().then(() => {
  const app = document.getElementById("app");
  if (app) render(<LabPage code={boardIn(location.pathname)} />, app);
});

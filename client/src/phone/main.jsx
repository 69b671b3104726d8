// The phone's page: theme, language, then whatever the address asks for. Also what a kiosk opens, with its own token.
import { render } from "preact";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { detectLanguage } from "../i18n/index.js";
import { Phone } from "./Phone.jsx";
import { placeOf } from "./place.js";
import "./texts.js";

startTheme();
void detectLanguage().then(() => {
  render(<Phone place={placeOf(location.pathname)} />, /** @type {HTMLElement} */ (document.getElementById("app")));
});

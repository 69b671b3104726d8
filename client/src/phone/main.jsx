// The phone's page: theme, language, then whatever the address asks for. Also what a kiosk opens, with its own token.
import { render } from "preact";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { detectLanguage } from "../i18n/index.js";
import { Phone } from "./Phone.jsx";
import { placeOf } from "./place.js";
import "./texts.js";

startTheme();
const place = placeOf(location.pathname);
if (place.kind === "link") document.documentElement.dataset.surface = "kiosk";
void detectLanguage().then(() => {
  render(<Phone place={place} />, /** @type {HTMLElement} */ (document.getElementById("app")));
});

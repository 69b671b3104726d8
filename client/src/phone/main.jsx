// The phone's page: theme, language, then whatever the address asks for.
import { render } from "preact";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { detectLanguage } from "../i18n/index.js";
import { Phone } from "./Phone.jsx";
import { placeOf } from "./place.js";
import "./texts.js";

startTheme();
const place = placeOf(location.pathname, location.search);
void detectLanguage().then(() => {
  render(<Phone place={place} />, /** @type {HTMLElement} */ (document.getElementById("app")));
});

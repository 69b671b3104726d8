// The kiosk's page: the engine, and the screens that stand before it. Opened once on a touch screen, then left alone for months.
import { render } from "preact";
import "../design/base.css";
import { startTheme } from "../design/theme.js";
import { fetchRefusals, fetchTexts } from "../i18n/index.js";
import { languages } from "../i18n/languages.js";
import { createEngine } from "./engine/index.js";
import { Kiosk } from "./Kiosk.jsx";

startTheme();
document.documentElement.dataset.surface = "kiosk";
/** A moderator's look at it, in a browser that may be a kiosk itself: it keeps its own seat, and no pages. */
const isPreview = new URLSearchParams(location.search).has("preview");
const engine = createEngine(isPreview ? { database: "rebond-kiosk-preview" } : {});
void engine.visit.look.usual().then(() => {
  render(<Kiosk engine={engine} />, /** @type {HTMLElement} */ (document.getElementById("app")));
  // a visitor who changes the language may do so without a line
  for (const code of Object.keys(languages)) void fetchTexts(code).then(() => fetchRefusals(code)).catch(() => undefined);
});
// what visitors said is not to be thrown away when the disk is short of room; asked for where the browser has it to give
void navigator.storage?.persist?.().catch(() => undefined);
if (!isPreview && import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js?for=kiosk", { scope: "/kiosk" }).catch(() => undefined);
}

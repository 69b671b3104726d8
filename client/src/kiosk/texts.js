// Registers the kiosk’s words, one language fetched at a time. Keys begin with `kiosk.`.
import { addTexts } from "../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

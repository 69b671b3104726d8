// Registers the words of the guide by voice, one language fetched at a time. Keys begin with `kiosk.voice.`.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

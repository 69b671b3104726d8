// Registers the words of talk around a card, one language fetched at a time. Keys begin with `part.`.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

// Registers the words of stages and of opinions given at kiosks, one language fetched at a time. Keys begin with `part.`.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

// Registers the words of a lab's front page, one language fetched at a time. Keys begin with `lab.`.
import { addTexts } from "../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

// The words of choosing, fetched with the page that needs them.
import { addTexts, fetchTexts, language } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });
/** Resolves when they are here, in the language in use. */
export const ready = fetchTexts(language.peek());

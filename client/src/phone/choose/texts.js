// The words of choosing, fetched with the page that needs them.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

// Registers the words of what the phone fetches later, one language at a time. Keys begin with `phone.`.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

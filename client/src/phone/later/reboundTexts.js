// Registers the words of rebounding, apart from those of what fewer people need.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./rebound.en.js"), fr: () => import("./rebound.fr.js") });

// The words of counters, trays, copies and QR codes, fetched with whatever shows one.
import { addTexts } from "../../i18n/index.js";

addTexts({ en: () => import("./texts.en.js"), fr: () => import("./texts.fr.js") });

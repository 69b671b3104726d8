// Registers the phone's words, one language fetched at a time. Keys begin with `phone.`.
import { addTexts } from "../i18n/index.js";

addTexts({ en: () => import("../i18n/phone.en.js"), fr: () => import("../i18n/phone.fr.js") });

// Registers the phone's words. Keys begin with `phone.`.
import { addTexts } from "../i18n/index.js";
import en from "../i18n/phone.en.js";
import fr from "../i18n/phone.fr.js";

addTexts({ en, fr });

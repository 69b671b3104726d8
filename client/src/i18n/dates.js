/**
 * Days and moments as whoever reads them writes them: "22 November 2026".
 *
 * The language on the screen gives the words. In which order they stand, the device says where that language is its own: of the
 * many Englishes it takes the one that the browser names first. Else it is the form that most of its readers share, which for
 * English has the day before the month; only a device that speaks American English has it the other way round.
 */
import { language } from "./index.js";

/** Of languages whose countries do not agree, the form for whoever named none. @type {Record<string, string>} */
const SHARED = { en: "en-GB" };

/**
 * What Intl is asked for in place of a bare language.
 * @param {string} code the language on the screen
 * @param {string} [device] the browser's own locale
 * @returns {string} BCP 47
 */
export const regional = (code, device = navigator.language) => (device.startsWith(`${code}-`) ? device : (SHARED[code] ?? code));

/** @param {number} at_ms @param {"long" | "medium"} [dateStyle] @returns {string} "3 May 2026" */
export const dayText = (at_ms, dateStyle = "long") => new Intl.DateTimeFormat(regional(language.value), { dateStyle }).format(at_ms);

/** @param {number} at_ms @returns {string} "3 May 2026 at 14:05" */
export const momentText = (at_ms) => new Intl.DateTimeFormat(regional(language.value), { dateStyle: "long", timeStyle: "short" }).format(at_ms);

// Light or dark: what the device says, unless the person has chosen. Knows the root element and one stored word.
import { signal } from "@preact/signals";

/** @typedef {"auto" | "light" | "dark"} Theme */

const KEY = "rebond:theme";
const THEMES = /** @type {const} */ (["auto", "light", "dark"]);

/** @returns {Theme} what was chosen on this device; "auto" where nothing was, or nothing can be stored */
function chosen() {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "auto";
  } catch {
    return "auto";
  }
}

/** The theme in force; "auto" follows the device. */
export const theme = signal(/** @type {Theme} */ ("auto"));

/** Put the stored choice into force. Once, before the first render of a surface. */
export function startTheme() {
  show(chosen());
}

/** @param {Theme} next chosen by the person, kept on this device */
export function chooseTheme(next) {
  show(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // a browser that keeps nothing still changes the page
  }
}

/** @param {Theme} next */
function show(next) {
  theme.value = next;
  const root = document.documentElement;
  if (next === "auto") root.removeAttribute("data-theme");
  else root.dataset.theme = next;
}

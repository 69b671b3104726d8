/**
 * What a browser offers besides the page: clipboard, menus, zoom, printing, going back, dropping files. A kiosk offers none of it.
 *
 * A key with Ctrl, Alt or Meta belongs to whoever looks after the device; the system's own shortcuts are turned off there
 * (docs/kiosk.md). Typing, Tab, arrows, Enter, Escape and space stay: the screen has to be usable with a keyboard.
 *
 * @import { Surroundings } from "./surroundings.js"
 */

/** Nothing is copied, so nothing of one visitor is pasted by the next; nothing is dropped, saved or dragged either. */
const CLOSED = ["copy", "cut", "paste", "contextmenu", "dragstart", "dragover", "drop", "gesturestart", "gesturechange", "auxclick"];
const KEYS = /^(F\d+|Browser.*|Launch.*|Print.*|ContextMenu|Help|Find)$/;
const FIELD = /^(INPUT|TEXTAREA|SELECT)$/;

/** @param {Pick<Surroundings, "page">} where @returns {() => void} how to stop */
export function guard({ page }) {
  const control = new AbortController();
  const { signal } = control;
  const close = (/** @type {Event} */ event) => event.preventDefault();
  const options = { capture: true, passive: false, signal };
  for (const name of CLOSED) page.addEventListener(name, close, options);
  page.addEventListener("keydown", (event) => closed(event) && event.preventDefault(), options);
  page.addEventListener("wheel", (event) => (event.ctrlKey || event.metaKey) && event.preventDefault(), options);
  page.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), options);
  for (const name of ["mousedown", "mouseup"]) {
    page.addEventListener(name, (event) => /** @type {MouseEvent} */ (event).button > 2 && event.preventDefault(), options); // back, forward
  }
  page.history.scrollRestoration = "manual";
  return () => control.abort();
}

/** @param {KeyboardEvent} event */
function closed({ key, ctrlKey, metaKey, altKey, target }) {
  const typed = altKey && ctrlKey; // AltGr, which many layouts write letters with
  if ((ctrlKey || metaKey || altKey) && !typed) return true;
  if (KEYS.test(key)) return true;
  return key === "Backspace" && !FIELD.test(/** @type {Element | null} */ (target)?.tagName ?? "");
}

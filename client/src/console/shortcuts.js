// The console's single keys. They rest while somebody types or a dialog is open, and can be switched off (WCAG 2.1.4).
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const KEY = "rebond.console.keys";

/** Every key of the console, and what it does, in the order of the list that "?" shows. */
export const KEYS = /** @type {const} */ ([
  [["?"], "help"],
  [["N"], "next"],
  [["P"], "private"],
  [["T"], "minute"],
  [["V"], "vote"],
  [["C"], "relaunch"],
  [["L"], "lock"],
  [["H"], "hideWall"],
  [["A"], "approve"],
  [["R"], "reject"],
  [["J", "K"], "cards"],
  [["X"], "select"],
  [["G"], "stack"],
  [["M"], "merge"],
  [["S"], "spotlight"],
  [["I"], "add"],
  [["/"], "search"],
  [["B"], "bin"],
  [["O"], "preview"],
  [["W"], "wall"],
  [["Ctrl", "Z"], "undo"],
  [["Esc"], "clear"],
]);

/** Whether the single keys work. */
export const keysOn = signal(stored());

function stored() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
export function switchKeys(on) {
  keysOn.value = on;
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // for as long as the page lives, then
  }
}

/**
 * @param {Readonly<Record<string, () => void>>} keys what each key does; "?" works even where the others are switched off
 * @param {() => void} undo what Ctrl+Z (⌘Z) does, outside of text fields, which have their own
 */
export function useShortcuts(keys, undo) {
  const latest = useRef({ keys, undo });
  latest.current = { keys, undo };
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (isUndo(event) && !isBusy(event.target)) {
        event.preventDefault();
        latest.current.undo();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isBusy(event.target)) return;
      const act = latest.current.keys[event.key] ?? latest.current.keys[event.key.toLowerCase()];
      if (!act || (!keysOn.value && event.key !== "?")) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** @param {KeyboardEvent} event */
const isUndo = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";

/** @param {EventTarget | null} target @returns {boolean} somebody types, or a dialog or a menu has the keyboard */
function isBusy(target) {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [role=menu], [contenteditable]") !== null;
}

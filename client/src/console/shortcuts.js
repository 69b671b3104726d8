// The console's single keys. They rest while somebody types or a dialog is open, and can be switched off (WCAG 2.1.4).
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const KEY = "rebond.console.keys";

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
 */
export function useShortcuts(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isBusy(event.target)) return;
      const act = latest.current[event.key] ?? latest.current[event.key.toLowerCase()];
      if (!act || (!keysOn.value && event.key !== "?")) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** @param {EventTarget | null} target @returns {boolean} somebody types, or a dialog or a menu has the keyboard */
function isBusy(target) {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [role=menu], [contenteditable]") !== null;
}

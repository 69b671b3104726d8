// What is being written and not yet sent: survives a reload, and costs nothing where nothing can be stored.
import { signal } from "@preact/signals";

export const KEY = "rebond.draft.";

/**
 * A draft as a signal: reading gives the text, writing keeps it.
 * @param {string} name  e.g. the board and what the text is for
 * @param {(text: string) => boolean} [isSaid]  words kept from before for which this holds are let go
 */
export function draft(name, isSaid) {
  const text = signal(stored(name));
  const made = {
    text,
    /** Empties the field; the stored copy stays until `write` says otherwise, i.e. until the words are safe elsewhere. */
    lift() {
      text.value = "";
    },
    /** The lifted words are safe elsewhere; what was begun meanwhile stays. */
    drop() {
      if (text.peek() === "") made.write("");
    },
    /** @param {string} next */
    write(next) {
      text.value = next;
      try {
        if (next) localStorage.setItem(KEY + name, next);
        else localStorage.removeItem(KEY + name);
      } catch {
        // private mode or a full store: the draft lives as long as the page
      }
    },
  };
  if (isSaid?.(text.peek())) made.write("");
  return made;
}

/** @typedef {ReturnType<typeof draft>} Draft */

/** @param {string} name */
function stored(name) {
  try {
    return localStorage.getItem(KEY + name) ?? "";
  } catch {
    return "";
  }
}

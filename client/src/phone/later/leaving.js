// Somebody leaves a board on this phone, which may not be theirs: what it kept of the board goes, and what they were still writing.
import { forgetBoard } from "../../core/kept.js";
import { KEY } from "../drafts.js";

/** @param {string} seat whose, on which board */
export async function clearAway(seat) {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`${KEY}${seat}.`)) localStorage.removeItem(key);
  } catch {
    // private mode: drafts lived as long as the page
  }
  await forgetBoard(seat);
}

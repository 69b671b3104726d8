// What a phone does beside showing the board, in one file: fetched when it has nothing better to do, or has to wait.

export { keepBoard } from "../../core/kept.js";
export { watchSeen } from "../seen.js";
export { shrinkHeading } from "./heading.js";
export { install } from "./installing.js";
export { knock } from "./knocking.js";
export { clearAway } from "./leaving.js";
export { listen } from "./listen.js";

// a kiosk's code that is read while its board is open already: the browser only turns to another part of the same page
window.addEventListener("hashchange", () => {
  if (location.hash.startsWith("#h=")) location.reload();
});

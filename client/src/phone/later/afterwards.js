// What a phone does beside showing the board, fetched when it has nothing better to do, in one file.
export { watchSeen } from "../seen.js";
export { shrinkHeading } from "./heading.js";
export { install } from "./installing.js";
export { listen } from "./listen.js";

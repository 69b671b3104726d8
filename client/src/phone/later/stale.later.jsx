// Somebody was faster: choosing between two texts.
import "./texts.js";

export { StaleSheet as default } from "./EditSheets.jsx";

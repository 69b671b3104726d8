// Mending a card that was refused.
import "./texts.js";

export { FixSheet as default } from "./EditSheets.jsx";

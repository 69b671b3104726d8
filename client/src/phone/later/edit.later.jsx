// Changing the words of a card.
import "./texts.js";

export { EditSheet as default } from "./EditSheets.jsx";
export { RefusedEdit, RefusedIdea } from "./Refused.jsx";

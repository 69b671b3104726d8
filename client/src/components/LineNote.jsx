// One sentence while what a person did has not been saved: that it is kept, and that nobody need do anything. The region is
// always there, so that a screen reader hears, once, what comes into it.
import { t } from "../i18n/index.js";
import "./LineNote.css";
import "./texts.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */

/** @param {{ store: BoardStore, lateWords?: import("../i18n/index.js").Key }} props `lateWords`: a surface's own sentence for a late answer */
export function LineNote({ store, lateWords }) {
  const words = sentenceFor(store, lateWords);
  return (
    <p class="line-note" role="status">
      {words && <span>{words}</span>}
    </p>
  );
}

/**
 * @param {BoardStore} store
 * @param {import("../i18n/index.js").Key} [lateWords]
 */
function sentenceFor(store, lateWords) {
  const line = store.line.value;
  if (line !== "late" && line !== "offline") return "";
  if (line === "late" && lateWords) return t(lateWords);
  const sending = store.outgoing.value.filter((row) => row.state === "sending");
  if (sending.length === 0) return line === "offline" ? t("part.line.offline") : "";
  return t(`part.line.${line}.${sending.some(({ command }) => "text" in command) ? "words" : "deeds"}`);
}

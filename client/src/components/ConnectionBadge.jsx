// How the line stands. Quiet while it is fine; says so in words when it is not. (That saving is late is said aloud once, by
// the sentence of `LineNote`: the short word here is for the eye.)
import { t } from "../i18n/index.js";
import "./ConnectionBadge.css";
import "./texts.js";

/** @type {Record<LineStatus, import("../i18n/index.js").Key>} */
const BRIEF = {
  connecting: "status.connecting",
  live: "status.live",
  late: "part.line.lateShort",
  offline: "part.line.offlineShort",
  ended: "part.line.ended",
};

/** @type {Record<LineStatus, import("../i18n/index.js").Key>} */
const WORDS = { ...BRIEF, offline: "part.line.offline" };

/** @typedef {import("../core/store.js").Line} LineStatus */

/**
 * @param {{ status: LineStatus, waiting?: number, brief?: boolean }} props
 *   `waiting`: how many commands the server has not answered; `brief`: for a corner where a sentence has no room
 */
export function ConnectionBadge({ status, waiting = 0, brief = false }) {
  const words = t(brief ? BRIEF[status] : WORDS[status]);
  return (
    <span class="line-badge" data-status={status} role="status">
      <span class="line-badge__dot" aria-hidden="true" />
      <span class={status === "live" ? "only-said" : undefined} aria-hidden={status === "late" || undefined}>
        {words}
      </span>
      {waiting > 0 && status !== "live" && status !== "late" && <span>{t("part.line.waiting", { n: waiting })}</span>}
    </span>
  );
}

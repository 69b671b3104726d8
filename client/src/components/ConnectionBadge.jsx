// How the line stands. Quiet while it is fine; says so in words when it is not.
import { t } from "../i18n/index.js";
import "./ConnectionBadge.css";
import "./texts.js";

/** @type {Record<LineStatus, string>} */
const BRIEF = {
  connecting: "status.connecting",
  live: "status.live",
  offline: "part.line.offlineShort",
  ended: "part.line.ended",
};

/** @type {Record<LineStatus, string>} */
const WORDS = { ...BRIEF, offline: "part.line.offline" };

/** @typedef {"connecting" | "live" | "offline" | "ended"} LineStatus */

/**
 * @param {{ status: LineStatus, waiting?: number, brief?: boolean }} props
 *   `waiting`: how many commands the server has not answered; `brief`: for a corner where a sentence has no room
 */
export function ConnectionBadge({ status, waiting = 0, brief = false }) {
  const words = t(brief ? BRIEF[status] : WORDS[status]);
  return (
    <span class="line-badge" data-status={status} role="status">
      <span class="line-badge__dot" aria-hidden="true" />
      <span class={status === "live" ? "only-said" : undefined}>{words}</span>
      {waiting > 0 && status !== "live" && <span>{t("part.line.waiting", { n: waiting })}</span>}
    </span>
  );
}

// Something everybody should read now: a relaunch, a lock, a mute. One sentence, one thing to do, and it can be put away.
import { t } from "../i18n/index.js";
import { Button } from "./Button.jsx";
import "./Banner.css";
import "./texts.js";

/**
 * @param {{
 *   kind: "relaunch" | "notice" | "warning",
 *   children: import("preact").ComponentChildren,
 *   about?: string,
 *   action?: { label: string, onPress: () => void },
 *   onClose?: () => void,
 * }} props `about`: a quiet line above the sentence, who says it or to whom
 */
export function Banner({ kind, children, about, action, onClose }) {
  return (
    <div class="banner" data-kind={kind} role="status">
      <div class="banner__words">
        {about && <p class="banner__about">{about}</p>}
        <p class="banner__text" dir="auto">
          {children}
        </p>
      </div>
      {action && (
        <Button kind={kind === "relaunch" ? "strong" : "plain"} onClick={action.onPress}>
          {action.label}
        </Button>
      )}
      {onClose && (
        <Button kind="bare" iconOnly aria-label={t("part.close")} onClick={onClose}>
          <svg class="banner__cross" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 3l10 10M13 3 3 13" />
          </svg>
        </Button>
      )}
    </div>
  );
}

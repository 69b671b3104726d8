// What the desk is told at the foot of the screen: that the line is down, what was done and how to take it back, what was refused.
import { useRef } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { LineNote } from "../components/LineNote.jsx";
import { t } from "../i18n/index.js";
import "./Notices.css";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ store: import("../core/store.js").BoardStore, desk: Desk }} props */
export function Notices({ store, desk }) {
  return (
    <div class="notice-stack">
      <LineNote store={store} lateWords="console.late" />
      <NoticeBar desk={desk} />
    </div>
  );
}

/** @param {{ desk: Desk }} props */
function NoticeBar({ desk }) {
  const notice = desk.notice.value;
  const undo = desk.undoOfNotice();
  return (
    <div class="notice-place" role={notice?.tone === "refused" ? "alert" : "status"}>
      {notice && (
        <div class="notice" data-tone={notice.tone}>
          <p>{notice.text}</p>
          {undo && (
            <Button onClick={() => void undo()}>{t("console.undo")}</Button>
          )}
          <Button kind="bare" onClick={desk.dismiss}>
            {t("part.close")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What was refused since this sheet lies over the foot of the screen, where nobody would read it. @param {{ desk: Desk }} props */
export function RefusedHere({ desk }) {
  const before = useRef(desk.notice.peek());
  const notice = desk.notice.value;
  if (notice?.tone !== "refused" || notice === before.current) return null;
  return (
    <p class="problem" role="alert">
      {notice.text}
    </p>
  );
}

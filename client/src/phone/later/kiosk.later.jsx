// At a kiosk nobody finds what the visitor before left: after a while untouched it asks, counts down in sight, then wipes.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import "./texts.js";

/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

const ASK_AFTER_MS = 60_000;
const COUNT_FROM_S = 20;

/** @param {{ desk: Desk }} props */
export default function KioskWatch({ desk }) {
  const [left_s, setLeft] = useState(/** @type {number | null} */ (null));
  const touched_ms = useRef(performance.now());
  const stay = () => {
    touched_ms.current = performance.now();
    setLeft(null);
  };

  useEffect(() => {
    const watch = new AbortController();
    const touch = () => {
      touched_ms.current = performance.now();
    };
    for (const sign of ["pointerdown", "keydown", "scroll"]) window.addEventListener(sign, touch, { signal: watch.signal });
    const clock = window.setInterval(() => {
      const over_ms = performance.now() - touched_ms.current - ASK_AFTER_MS;
      if (over_ms < 0 || !isUsed(desk)) return setLeft(null);
      const next_s = COUNT_FROM_S - Math.floor(over_ms / 1_000);
      if (next_s > 0) return setLeft(next_s);
      wipe(desk);
      return setLeft(null);
    }, 1_000);
    return () => {
      watch.abort();
      window.clearInterval(clock);
    };
  }, [desk]);

  return (
    <Sheet
      open={left_s !== null}
      title={t("phone.kiosk.title")}
      onClose={stay}
      foot={
        <>
          <Button onClick={() => wipe(desk)}>{t("phone.kiosk.wipe")}</Button>
          <Button kind="primary" onClick={stay}>
            {t("phone.kiosk.stay")}
          </Button>
        </>
      }
    >
      <p>{t("phone.kiosk.line", { n: left_s ?? 0 })}</p>
    </Sheet>
  );
}

/**
 * Whether a visitor has left anything to be seen.
 * @param {Desk} desk
 */
export const isUsed = ({ idea, rebound, owes, sheet, view }) =>
  [idea, rebound, owes].some(({ text }) => text.peek() !== "") ||
  sheet.peek() !== null ||
  view.peek().kind !== "all" ||
  window.scrollY > 0;

/** @param {Desk} desk */
export function wipe({ idea, rebound, owes, sheet, view }) {
  for (const text of [idea, rebound, owes]) text.write("");
  sheet.value = null;
  view.value = { kind: "all" };
  window.scrollTo(0, 0);
}

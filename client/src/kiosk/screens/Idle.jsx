// Is anybody there? In sight, counted down, and one touch is enough to stay (WCAG 2.2, 2.2.1).
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { t } from "../../i18n/index.js";
import "./Idle.css";

/** @param {{ left: number, onStay: () => void, onEnd: () => void }} props `left`: seconds */
export function Idle({ left, onStay, onEnd }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => box.current?.querySelector("button")?.focus({ preventScroll: true }), []);
  return (
    <div class="idle" role="alertdialog" aria-modal="true" aria-labelledby="idle-title" aria-describedby="idle-left" ref={box}>
      <div class="idle__paper">
        <h1 class="idle__title" id="idle-title">
          {t("kiosk.idle.title")}
        </h1>
        <p class="idle__number" aria-hidden="true">
          {left}
        </p>
        <p id="idle-left">{t("kiosk.idle.left", { n: left })}</p>
        <Button kind="primary" class="idle__stay" onClick={onStay}>
          {t("kiosk.idle.here")}
        </Button>
        <Button onClick={onEnd}>{t("kiosk.idle.done")}</Button>
      </div>
    </div>
  );
}

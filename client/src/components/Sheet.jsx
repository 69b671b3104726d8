// A page's one thing at a time: a native <dialog>, from the bottom on a phone, in the middle on a desk.
// The browser keeps the focus inside and gives it back to where it was.
import { useId } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Button } from "./Button.jsx";
import "./Sheet.css";
import "./texts.js";

/**
 * @param {{
 *   open: boolean,
 *   onClose: () => void,
 *   title: string,
 *   wide?: boolean,
 *   children?: import("preact").ComponentChildren,
 *   foot?: import("preact").ComponentChildren,
 * }} props `onClose`: the person closed it (Escape, the cross, a press beside it)
 */
export function Sheet({ open, onClose, title, wide = false, children, foot }) {
  const heading = useId();
  if (!open) return null;
  return (
    <dialog
      ref={shown}
      class={wide ? "sheet sheet--wide" : "sheet"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="sheet__page">
        <header class="sheet__head">
          <h2 id={heading}>{title}</h2>
          <Button kind="bare" iconOnly aria-label={t("part.close")} onClick={onClose}>
            <svg class="sheet__cross" viewBox="0 0 16 16" aria-hidden="true">
              <path d="M3 3l10 10M13 3 3 13" />
            </svg>
          </Button>
        </header>
        <div class="sheet__body">{children}</div>
        {foot && <footer class="sheet__foot">{foot}</footer>}
      </div>
    </dialog>
  );
}

/**
 * As it comes to stand on the page, before what is in it measures itself: a field in a closed dialog has no height.
 * @param {HTMLDialogElement | null} dialog
 * @returns {(() => void) | undefined} what is done when it leaves
 */
function shown(dialog) {
  if (!dialog) return undefined;
  const before = document.activeElement;
  dialog.showModal();
  return () => {
    dialog.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}

/**
 * A question before something that cannot be taken back.
 * @param {{ open: boolean, title: string, children?: import("preact").ComponentChildren, confirm: string,
 *   onConfirm: () => void, onClose: () => void }} props
 */
export function ConfirmSheet({ open, title, children, confirm, onConfirm, onClose }) {
  return (
    <Sheet
      open={open}
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("part.cancel")}</Button>
          <Button kind="danger" onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Sheet>
  );
}

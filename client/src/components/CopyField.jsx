// An address to hand on: one press copies it; where the page may not (plain http), it is selected to be copied by hand.
import { useId, useRef, useState } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Button } from "./Button.jsx";
import "./CopyField.css";
import "./later/texts.js";

/** @param {{ label: string, value: string, hint?: string }} props */
export function CopyField({ label, value, hint }) {
  const [said, setSaid] = useState("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();
  const copy = async () => {
    field.current?.focus();
    field.current?.select();
    setSaid(t((await copied(value)) ? "part.copied" : "part.copyByHand"));
  };
  return (
    <div class="copy-field field">
      <label for={id}>{label}</label>
      <div class="copy-field__row">
        <input
          id={id}
          ref={field}
          class="input small"
          readOnly
          value={value}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button aria-label={t("part.copyOf", { label })} onClick={copy}>
          {t("part.copy")}
        </Button>
      </div>
      {hint && (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      )}
      <p class="small" role="status">
        {said}
      </p>
    </div>
  );
}

/** @param {string} text @returns {Promise<boolean>} whether this page may write to the clipboard, and did */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand?.("copy") ?? false;
  }
}

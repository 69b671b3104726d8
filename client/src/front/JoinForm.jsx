// A code, and in. The code is tried before the page changes, so that a slip of the finger is mended here.
import { useId, useRef, useState } from "preact/hooks";
import { CODE_CHARS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { boardFace } from "../core/http.js";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";
import { codeFrom } from "./code.js";

export function JoinForm() {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();

  /** @param {Event} event */
  const join = async (event) => {
    event.preventDefault();
    const code = codeFrom(typed);
    if (busy) return;
    setProblem("");
    if (!code) {
      setProblem(t("front.join.empty"));
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      const face = await boardFace(code);
      location.assign(`/j/${face.code}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(tError(error));
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="front__panel" onSubmit={join} noValidate>
      <header>
        <h2>{t("front.join")}</h2>
        <p class="quiet" id={`${id}-about`}>
          {t("front.join.about")}
        </p>
      </header>
      <div class="field">
        <label for={id} class="only-said">
          {t("front.join.code")}
        </label>
        <input
          id={id}
          ref={field}
          class="input join__code"
          value={typed}
          placeholder={"·".repeat(CODE_CHARS)}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          enterkeyhint="go"
          aria-describedby={`${id}-about ${id}-problem`}
          aria-invalid={problem ? "true" : undefined}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <p id={`${id}-problem`} class="problem" role="alert">
          {problem}
        </p>
      </div>
      <Button type="submit" kind="primary" size="large" busy={busy}>
        {t("front.join.go")}
      </Button>
    </form>
  );
}

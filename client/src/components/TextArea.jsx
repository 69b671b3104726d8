// A text field of several lines that grows with its text, counts characters when it matters, and can say what is wrong.
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/index.js";
import "./TextArea.css";
import "./texts.js";

/** Whether the browser makes a field as tall as its words (TextArea.css): however late their typeface comes, whatever turns. */
const GROWS = globalThis.CSS?.supports?.("field-sizing", "content");

/** The count shows from this share of the limit on. */
const COUNT_FROM = 0.8;

/** @param {string} text @returns {number} code points, as the server counts */
export const charsOf = (text) => [...text].length;

/**
 * @param {{
 *   label: string,
 *   value: string,
 *   onInput: (value: string) => void,
 *   onSubmit?: () => void,
 *   maxChars?: number,
 *   rows?: number,
 *   placeholder?: string,
 *   autofocus?: boolean,
 *   hideLabel?: boolean,
 *   sendOnEnter?: boolean,
 *   problem?: string,
 *   hint?: string,
 *   fieldRef?: import("preact").RefObject<HTMLTextAreaElement>,
 *   onFocus?: () => void,
 *   onBlur?: () => void,
 * }} props `onSubmit`: Ctrl or Cmd with Enter, and Enter alone with `sendOnEnter` (then Shift+Enter starts a line).
 *   A text above `maxChars` stays as it is: nothing a person wrote is cut.
 */
export function TextArea(props) {
  const { label, value, onInput, onSubmit, maxChars = Infinity, rows = 2, hideLabel, sendOnEnter, problem, hint } = props;
  const own = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const field = props.fieldRef ?? own;
  const id = useId();
  const left = maxChars - charsOf(value);
  const near = charsOf(value) >= maxChars * COUNT_FROM;
  const note = problem ?? hint;

  useLayoutEffect(() => {
    const element = field.current;
    if (!element || GROWS) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 3}px`;
  }, [field, value, props.placeholder]); // an empty field is as tall as what stands in it for the words

  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.isComposing || !onSubmit) return;
    if (!event.ctrlKey && !event.metaKey && !(sendOnEnter && !event.shiftKey)) return;
    event.preventDefault();
    onSubmit();
  };

  return (
    <div class="text-area field">
      <label for={id} class={hideLabel ? "only-said" : undefined}>
        {label}
      </label>
      <textarea
        ref={field}
        id={id}
        class="input text-area__field"
        rows={rows}
        style={{ "--rows": rows }}
        autofocus={props.autofocus}
        value={value}
        placeholder={props.placeholder}
        aria-invalid={problem || left < 0 ? "true" : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onFocus={props.onFocus}
        onBlur={props.onBlur}
      />
      {note && (
        <p id={`${id}-note`} class={problem ? "problem small" : "quiet small"} role={problem ? "alert" : undefined}>
          {note}
        </p>
      )}
      {near && (
        <p class={left < 0 ? "problem small" : "quiet small"} role="status">
          {left < 0 ? t("part.chars.over", { n: -left }) : t("part.chars.left", { n: left })}
        </p>
      )}
    </div>
  );
}

// A button. One of a page may be "primary", the next best is "strong"; a "danger" one does what cannot be taken back.
import "./Button.css";

/**
 * @typedef {Omit<import("preact").ButtonHTMLAttributes<HTMLButtonElement>, "size"> & {
 *   kind?: "primary" | "strong" | "plain" | "bare" | "danger",
 *   size?: "normal" | "large",
 *   busy?: boolean,
 *   iconOnly?: boolean,
 * }} ButtonProps `busy`: waits for an answer, keeps its focus, ignores presses
 */

/** @param {ButtonProps} props */
export function Button({ kind = "plain", size = "normal", busy = false, iconOnly = false, class: extra, ...rest }) {
  const names = ["button", `button--${kind}`, size === "large" && "button--large", iconOnly && "button--icon", extra];
  return (
    <button
      type="button"
      {...rest}
      class={names.filter(Boolean).join(" ")}
      aria-disabled={busy || rest["aria-disabled"]}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : rest.onClick}
    />
  );
}

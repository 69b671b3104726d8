// A number changed one at a time by two big buttons: votes on a card, a budget, minutes.
import { t } from "../i18n/index.js";
import { Button } from "./Button.jsx";
import "./Stepper.css";
import "./later/texts.js";

/**
 * @param {{
 *   value: number,
 *   onChange: (value: number) => void,
 *   label: string,
 *   min?: number,
 *   max?: number,
 *   step?: number,
 *   lessLabel?: string,
 *   moreLabel?: string,
 *   disabled?: boolean,
 * }} props `label` names the number to a screen reader, e.g. "Votes for “Open on Saturdays”"
 */
export function Stepper({ value, onChange, label, min = 0, max = Infinity, step = 1, lessLabel, moreLabel, disabled }) {
  /** @param {number} by */
  const change = (by) => {
    const next = Math.min(max, Math.max(min, value + by));
    if (!disabled && next !== value) onChange(next);
  };
  return (
    <div class="stepper" role="group" aria-label={label}>
      <Button
        iconOnly
        aria-label={lessLabel ?? t("part.stepper.less")}
        aria-disabled={disabled || value <= min}
        onClick={() => change(-step)}
      >
        <svg class="stepper__sign" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 8h10" />
        </svg>
      </Button>
      <output class="stepper__value">{value}</output>
      <Button
        iconOnly
        aria-label={moreLabel ?? t("part.stepper.more")}
        aria-disabled={disabled || value >= max}
        onClick={() => change(step)}
      >
        <svg class="stepper__sign" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 8h10M8 3v10" />
        </svg>
      </Button>
    </div>
  );
}

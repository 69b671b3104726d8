// Which way a rebound goes: five large choices, each with its arc, its word and what it does.
import { t } from "../i18n/index.js";
import { VERBS, VerbIcon } from "./VerbIcon.jsx";
import "./VerbPicker.css";
import "./texts.js";

/** @typedef {import("./VerbIcon.jsx").Verb} Verb */

/**
 * @param {{
 *   value: Verb | null,
 *   onChange: (verb: Verb) => void,
 *   label: string,
 *   name?: string,
 *   offered?: readonly Verb[],
 * }} props `name` keeps two pickers on one page apart; `offered`: which of the five to show
 */
export function VerbPicker({ value, onChange, label, name = "verb", offered = VERBS }) {
  return (
    <fieldset class="verb-picker">
      <legend class="verb-picker__legend">{label}</legend>
      <div class="verb-picker__choices">
        {offered.map((verb) => (
          <label key={verb} class="verb-picker__choice" data-checked={verb === value || undefined}>
            <input type="radio" name={name} value={verb} checked={verb === value} onChange={() => onChange(verb)} />
            <VerbIcon verb={verb} />
            <span class="verb-picker__words">
              <strong>{t(`verb.${verb}`)}</strong>
              <span class="quiet small">{t(`verb.${verb}.line`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

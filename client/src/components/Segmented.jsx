// A choice of few: radio buttons that stand side by side. And the one of them every page has: the language.
import { useId } from "preact/hooks";
import { chooseLanguage, language, t } from "../i18n/index.js";
import { languages } from "../i18n/languages.js";
import "./Segmented.css";
import "./texts.js";

/**
 * @template {string} V
 * @param {{
 *   label: string,
 *   options: readonly { value: V, label: string, said?: string, lang?: string }[],
 *   value: V,
 *   onChange: (value: V) => void,
 *   showLabel?: boolean,
 *   small?: boolean,
 *   busy?: boolean,
 * }} props `said`: the whole word, where `label` is short; `busy`: a choice waits for its answer
 */
export function Segmented({ label, options, value, onChange, showLabel = false, small = false, busy = false }) {
  const name = useId();
  return (
    <fieldset class={small ? "segmented segmented--small" : "segmented"} aria-busy={busy || undefined}>
      <legend class={showLabel ? "segmented__legend" : "only-said"}>{label}</legend>
      <div class="segmented__row">
        {options.map((option) => (
          <label
            key={option.value}
            class="segmented__option"
            lang={option.lang}
            data-checked={option.value === value || undefined}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span aria-hidden={option.said ? true : undefined}>{option.label}</span>
            {option.said && <span class="only-said">{option.said}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Which language the words are in. */
export function LanguageSwitch() {
  return (
    <Segmented
      small
      label={t("part.language")}
      options={Object.entries(languages).map(([code, said]) => ({ value: code, label: code.toUpperCase(), said, lang: code }))}
      value={language.value}
      onChange={(code) => void chooseLanguage(code)}
    />
  );
}

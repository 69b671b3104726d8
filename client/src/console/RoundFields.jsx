// What can be set of a vote: its question, what it is on, points, marks, criteria, secrecy. Shared by votes and steps.
import { useId } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { Stepper } from "../components/Stepper.jsx";
import { Switch } from "../components/Switch.jsx";
import { t } from "../i18n/index.js";
import { METHODS, optionsNeeded } from "./methods.js";
import "./RoundFields.css";

/** @typedef {import("@protocol/generated/types.d.ts").RoundOpen} RoundOpen */

/** The names that a vote begins with, in the language of the page. */
export const methodWords = () => ({
  yes: t("console.vote.yes"),
  criteria: [t("console.vote.criterion.1"), t("console.vote.criterion.2"), t("console.vote.criterion.3")],
});

/** @param {{ round: RoundOpen, onChange: (round: RoundOpen) => void, autofocus?: boolean }} props */
export function RoundFields({ round, onChange, autofocus = false }) {
  const row = METHODS[round.method];
  const id = useId();
  /** @param {Partial<RoundOpen>} change */
  const set = (change) => onChange({ ...round, ...change });
  return (
    <>
      <div class="field">
        <label for={id}>{t(row.asks ? "console.vote.question" : "console.vote.title")}</label>
        <input
          id={id}
          autofocus={autofocus}
          class="input"
          value={round.title ?? ""}
          maxLength={LIMITS.TITLE_CHARS}
          autocomplete="off"
          onInput={(event) => set({ title: event.currentTarget.value })}
        />
      </div>
      <Segmented
        showLabel
        label={t("console.vote.on")}
        options={row.on.map((value) => ({ value, label: t(`console.vote.on.${value}`) }))}
        value={round.on}
        onChange={(on) => set({ on, options: on === "options" && round.options.length === 0 ? [""] : round.options })}
      />
      {round.on === "options" && <Options round={round} set={set} />}
      {row.settings.includes("criteria") && <Criteria round={round} set={set} />}
      {row.settings.includes("budget") && (
        <Numbered
          label={t(round.method === "quadratic" ? "console.vote.credits" : "console.vote.budget")}
          value={round.budget ?? 1}
          max={LIMITS.BUDGET_MAX}
          onChange={(budget) => set({ budget, cap: round.cap === null ? null : Math.min(round.cap, budget) })}
        />
      )}
      {row.settings.includes("cap") && (
        <Numbered
          label={t("console.vote.cap")}
          value={round.cap ?? round.budget ?? 1}
          max={round.budget ?? LIMITS.BUDGET_MAX}
          onChange={(cap) => set({ cap })}
        />
      )}
      {row.settings.includes("scale") && (
        <Numbered label={t("console.vote.scale")} value={round.scale} min={2} max={LIMITS.SCALE_MAX} onChange={(scale) => set({ scale })} />
      )}
      <Switch
        label={t("console.vote.secret")}
        about={t("console.vote.secret.about")}
        checked={round.secret}
        onChange={(secret) => set({ secret })}
      />
    </>
  );
}

/** @param {{ round: RoundOpen, set: (change: Partial<RoundOpen>) => void }} props */
function Options({ round, set }) {
  const needed = optionsNeeded(round.method);
  const rows = padded(round.options, needed);
  /** @param {number} place @param {string} text */
  const write = (place, text) => set({ options: rows.map((row, at) => (at === place ? text : row)) });
  return (
    <fieldset class="panel__stack">
      <legend class="panel__legend">{t("console.vote.options")}</legend>
      {rows.map((text, place) => (
        <div key={place} class="panel__row panel__row--fill">
          <input
            class="input"
            aria-label={t("console.vote.option", { n: place + 1 })}
            value={text}
            maxLength={LIMITS.OPTION_CHARS}
            autocomplete="off"
            onInput={(event) => write(place, event.currentTarget.value)}
          />
          {rows.length > needed && (
            <Button
              kind="bare"
              aria-label={t("console.vote.option.less", { n: place + 1 })}
              onClick={() => set({ options: rows.filter((_, at) => at !== place) })}
            >
              {t("console.less")}
            </Button>
          )}
        </div>
      ))}
      {rows.length < LIMITS.OPTIONS_PER_ROUND && (
        <Button kind="bare" class="panel__start" onClick={() => set({ options: [...rows, ""] })}>
          {t("console.vote.option.more")}
        </Button>
      )}
    </fieldset>
  );
}

/** @param {readonly string[]} lines @param {number} count @returns {string[]} */
const padded = (lines, count) => [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => "")];

const WEIGHT_MAX = 10;

/** @param {{ round: RoundOpen, set: (change: Partial<RoundOpen>) => void }} props */
function Criteria({ round, set }) {
  const rows = round.criteria;
  /** @param {number} place @param {Partial<import("@protocol/generated/types.d.ts").Criterion>} change */
  const write = (place, change) => set({ criteria: rows.map((row, at) => (at === place ? { ...row, ...change } : row)) });
  return (
    <fieldset class="panel__stack">
      <legend class="panel__legend">{t("console.vote.criteria")}</legend>
      {rows.map((row, place) => (
        <div key={place} class="panel__row panel__row--fill">
          <input
            class="input"
            aria-label={t("console.vote.criterion", { n: place + 1 })}
            value={row.label}
            maxLength={LIMITS.OPTION_CHARS}
            autocomplete="off"
            onInput={(event) => write(place, { label: event.currentTarget.value })}
          />
          <span class="quiet small" aria-hidden="true">
            {t("console.vote.weight.short")}
          </span>
          <Stepper
            label={t("console.vote.weight", { label: row.label || t("console.vote.criterion", { n: place + 1 }) })}
            value={row.weight}
            min={1}
            max={WEIGHT_MAX}
            onChange={(weight) => write(place, { weight })}
          />
          {rows.length > 1 && (
            <Button
              kind="bare"
              aria-label={t("console.vote.criterion.less", { n: place + 1 })}
              onClick={() => set({ criteria: rows.filter((_, at) => at !== place) })}
            >
              {t("console.less")}
            </Button>
          )}
        </div>
      ))}
      {rows.length < LIMITS.CRITERIA_PER_ROUND && (
        <Button kind="bare" class="panel__start" onClick={() => set({ criteria: [...rows, { label: "", weight: 1 }] })}>
          {t("console.vote.criterion.more")}
        </Button>
      )}
    </fieldset>
  );
}

/** @param {{ label: string, value: number, min?: number, max: number, onChange: (value: number) => void }} props */
export function Numbered({ label, value, min = 1, max, onChange }) {
  return (
    <div class="numbered">
      <span aria-hidden="true">{label}</span>
      <Stepper label={label} value={value} min={min} max={max} onChange={onChange} />
    </div>
  );
}

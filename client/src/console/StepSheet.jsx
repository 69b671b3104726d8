// One step of the plan, to be read, changed or made: what people read, what they may do, what is seen, what begins with it.
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { ALL_PERMISSIONS, LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { Switch } from "../components/Switch.jsx";
import { TextArea } from "../components/TextArea.jsx";
import { t } from "../i18n/index.js";
import { RoundFields, methodWords } from "./RoundFields.jsx";
import { METHOD_ORDER, readyToOpen, roundBy } from "./methods.js";
import { consequences, settingsOf } from "./plan.js";
import { consequencesText, stepName } from "./planWords.js";
import "./StepSheet.css";

/** @typedef {import("@protocol/generated/types.d.ts").StepSettings} StepSettings */
/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("@protocol/generated/types.d.ts").StepView} StepView */
/** @typedef {import("@protocol/generated/types.d.ts").Permission} Permission */
/** @typedef {import("@protocol/generated/types.d.ts").Method} Method */
/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */

/** @type {readonly StepView[]} */
const VIEWS = ["cards", "sections", "lineage", "groups", "choose", "results"];

/** @type {Required<StepSettings>} */
const FRESH = {
  title: "",
  instruction: null,
  allows: [...ALL_PERMISSIONS],
  staff_allows: null,
  private: false,
  approve: false,
  view: "cards",
  timer_s: null,
  round: null,
};

/** @param {SheetProps & { step: string | null, after?: string | undefined }} props `step`: null for a new one, which comes after `after` */
export function StepSheet({ store, desk, close, step: id, after }) {
  const board = store.board.value;
  const plan = board?.plan ?? [];
  const place = plan.findIndex((one) => one.id === id);
  const known = plan[place] ?? null;
  const draft = useSignal(known ? settingsOf(known) : FRESH);
  const begun = useRef(known);
  const problem = useSignal("");
  if (!board || (id !== null && !known)) return null;
  /** @param {Partial<StepSettings>} change */
  const set = (change) => {
    draft.value = { ...draft.value, ...change };
  };
  /** @param {Event} [event] */
  const save = async (event) => {
    event?.preventDefault();
    const settings = readyStep(draft.value);
    if ("missing" in settings) {
      problem.value = t(`console.vote.missing.${settings.missing}`);
      return;
    }
    const before = after === undefined ? null : (plan[plan.findIndex((one) => one.id === after) + 1]?.id ?? null);
    const command = known
      ? /** @type {const} */ ({ type: "step.edit", step: known.id, settings: settings.step })
      : /** @type {const} */ ({ type: "step.add", settings: settings.step, before });
    if (await desk.act(command, { done: known ? "console.plan.saved" : "console.plan.added" })) close();
  };
  const isHere = known !== null && known.id === board.step.id;
  const sealed = store.ordered.value.filter((card) => card.sealed && card.state === "shown").length;
  const now = { sealed, voting: store.openRound.value !== null, timing: board.timer !== null };
  return (
    <Sheet
      open
      wide
      title={known ? t("console.plan.editTitle", { n: place + 1, title: stepName(known, place) }) : t("console.plan.add")}
      onClose={close}
    >
      {known && !isHere && (
        <div class="step-sheet__go">
          <p>{consequencesText(consequences(board.step, known, now)) || t("console.does.nothing")}</p>
          <Button
            onClick={async () => {
              if (await desk.act({ type: "step.go", step: known.id })) close();
            }}
          >
            {t("console.plan.go")}
          </Button>
        </div>
      )}
      <form class="step-sheet" onSubmit={(event) => void save(event)}>
        {known && !same(known, begun.current) && (
          <p class="problem" role="alert">
            {t("console.plan.meanwhile")}
          </p>
        )}
        <StepFields draft={draft.value} set={set} onSubmit={() => void save()} />
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="sheet__foot sheet-go">
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button type="submit" kind="strong" busy={desk.isUnderWay("step.edit", "step.add")}>
            {isHere ? t("console.plan.saveNow") : t("common.save")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

/** @param {Step} one @param {Step | null} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * @param {Required<StepSettings>} draft
 * @returns {{ step: Required<StepSettings> } | { missing: import("./methods.js").Missing }}
 */
function readyStep(draft) {
  const title = draft.title?.trim() || null;
  const instruction = draft.instruction?.trim() || null;
  if (!draft.round) return { step: { ...draft, title, instruction } };
  const vote = readyToOpen(draft.round);
  return "missing" in vote ? vote : { step: { ...draft, title, instruction, round: vote.round } };
}

/** @param {{ draft: Required<StepSettings>, set: (change: Partial<StepSettings>) => void, onSubmit: () => void }} props */
function StepFields({ draft, set, onSubmit }) {
  const id = useId();
  const staffDiffers = draft.staff_allows !== null;
  return (
    <>
      <div class="field">
        <label for={id}>{t("console.plan.title")}</label>
        <input
          id={id}
          class="input"
          autofocus
          value={draft.title ?? ""}
          maxLength={LIMITS.TITLE_CHARS}
          placeholder={t("console.plan.title.example")}
          autocomplete="off"
          onInput={(event) => set({ title: event.currentTarget.value })}
        />
      </div>
      <TextArea
        label={t("console.step.instruction")}
        value={draft.instruction ?? ""}
        placeholder={t("console.step.instruction.example")}
        maxChars={LIMITS.INSTRUCTION_CHARS}
        onInput={(instruction) => set({ instruction })}
        onSubmit={onSubmit}
      />
      <Allows label={t("console.step.allows")} value={draft.allows} onChange={(allows) => set({ allows })} />
      <Switch
        label={t("console.plan.staffDiffers")}
        checked={staffDiffers}
        onChange={(on) => set({ staff_allows: on ? [...draft.allows] : null })}
      />
      {draft.staff_allows && (
        <Allows label={t("console.plan.staffMay")} value={draft.staff_allows} onChange={(staff_allows) => set({ staff_allows })} />
      )}
      <Switch
        label={t("console.plan.privateSwitch")}
        about={t("console.plan.privateSwitch.about")}
        checked={draft.private}
        onChange={(on) => set({ private: on })}
      />
      <Switch
        label={t("console.plan.approveSwitch")}
        about={t("console.plan.approveSwitch.about")}
        checked={draft.approve}
        onChange={(approve) => set({ approve })}
      />
      <Segmented
        showLabel
        label={t("console.plan.view")}
        options={VIEWS.map((value) => ({ value, label: t(`console.view.${value}`) }))}
        value={draft.view}
        onChange={(view) => set({ view })}
      />
      <TimerField seconds={draft.timer_s} onChange={(timer_s) => set({ timer_s })} />
      <RoundField round={draft.round} onChange={(round) => set({ round })} />
    </>
  );
}

/** @param {{ label: string, value: readonly Permission[], onChange: (allows: Permission[]) => void }} props */
export function Allows({ label, value, onChange }) {
  return (
    <fieldset>
      <legend class="panel__legend">{label}</legend>
      <div class="panel__row">
        {ALL_PERMISSIONS.map((permission) => (
          <Button
            key={permission}
            class="chip"
            aria-pressed={value.includes(permission)}
            onClick={() => onChange(toggled(value, permission))}
          >
            {t(`console.allow.${permission}`)}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}

/** @param {readonly Permission[]} allows @param {Permission} one @returns {Permission[]} in the protocol's order */
const toggled = (allows, one) => ALL_PERMISSIONS.filter((other) => (other === one) !== allows.includes(other));

const TIMES_S = [60, 90, 120, 180, 300, 600];

/** @param {{ seconds: number | null, onChange: (seconds: number | null) => void }} props */
function TimerField({ seconds, onChange }) {
  const id = useId();
  /** @param {string} text */
  const set = (text) => {
    const minutes = Number(text.replace(",", "."));
    onChange(minutes > 0 ? Math.min(LIMITS.TIMER_MAX_S, Math.round(minutes * 60)) : null);
  };
  return (
    <div class="field">
      <label for={id}>{t("console.plan.timer")}</label>
      <div class="panel__row">
        <input
          id={id}
          class="input step-sheet__minutes"
          type="number"
          min="0"
          max={LIMITS.TIMER_MAX_S / 60}
          step="0.5"
          inputMode="decimal"
          list={`${id}-usual`}
          value={seconds === null ? "" : String(seconds / 60)}
          placeholder={t("console.plan.timer.none")}
          onChange={(event) => set(event.currentTarget.value)}
        />
        <datalist id={`${id}-usual`}>
          {TIMES_S.map((one) => (
            <option key={one} value={String(one / 60)} />
          ))}
        </datalist>
        <span class="quiet">{t("console.plan.timer.unit")}</span>
      </div>
    </div>
  );
}

/** @param {{ round: import("@protocol/generated/types.d.ts").RoundOpen | null, onChange: (round: import("@protocol/generated/types.d.ts").RoundOpen | null) => void }} props */
function RoundField({ round, onChange }) {
  const id = useId();
  return (
    <fieldset class="step-sheet__round">
      <legend class="only-said">{t("console.plan.round")}</legend>
      <div class="field">
        <label for={id}>{t("console.plan.round")}</label>
        <select
          id={id}
          class="input"
          value={round?.method ?? ""}
          onChange={(event) => {
            const method = METHOD_ORDER.find((one) => one === event.currentTarget.value);
            onChange(method ? { ...roundBy(method, methodWords()), title: round?.title ?? null } : null);
          }}
        >
          <option value="">{t("console.plan.round.none")}</option>
          {METHOD_ORDER.map((method) => (
            <option key={method} value={method}>
              {t(`console.method.${method}`)}
            </option>
          ))}
        </select>
      </div>
      {round && (
        <div class="panel__stack panel__stack--wide">
          <p class="quiet small">{t(`console.method.${round.method}.good`)}</p>
          <RoundFields round={round} onChange={onChange} />
        </div>
      )}
    </fieldset>
  );
}

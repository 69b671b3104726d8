// What holds now: what people read, whether they write privately; and what they may do, down to nothing at all.
import { useSignal } from "@preact/signals";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { TextArea } from "../components/TextArea.jsx";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import { Allows } from "./StepSheet.jsx";
import "./StepPanel.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ desk: Desk, board: BoardMeta, sealed: number }} props `sealed`: how many ideas are face down */
export function StepPanel({ desk, board, sealed }) {
  const { step } = board;
  const written = step.allows.includes("add") || step.allows.includes("rebound");
  return (
    <Panel title={t("console.step.instruction")} class="now">
      <Instruction desk={desk} instruction={step.instruction ?? ""} />
      <div class="now__writing">
        <Segmented
          showLabel
          label={t("console.step.writing")}
          options={[
            { value: "open", label: t("console.step.open") },
            { value: "private", label: t("console.step.private") },
          ]}
          value={(desk.askedPrivate() ?? step.private) ? "private" : "open"} // what was asked for stays chosen
          busy={desk.isUnderWay("step.set")}
          onChange={(value) => void desk.setStep({ private: value === "private" })}
        />
        {!(step.private && sealed > 0) && written && (
          <p class="quiet small">{t(step.private ? "console.step.private.about" : step.approve ? "console.step.approve.about" : "console.step.open.about")}</p>
        )}
      </div>
      <details>
        <summary>{t("console.step.allowsCount", { n: step.allows.length })}</summary>
        <div aria-busy={desk.isUnderWay("step.set") || undefined}>
          <Allows label={t("console.step.allows")} value={step.allows} onChange={(allows) => void desk.setStep({ allows })} />
        </div>
      </details>
    </Panel>
  );
}

/**
 * The instruction follows the board until somebody here begins to write; what they wrote is then theirs to show or undo.
 * @param {{ desk: Desk, instruction: string }} props
 */
function Instruction({ desk, instruction }) {
  const draft = useSignal(/** @type {string | null} */ (null));
  const changed = draft.value !== null && draft.value !== instruction;
  const save = async () => {
    const words = draft.value?.trim() ?? "";
    if (await desk.setStep({ instruction: words || null })) {
      draft.value = null;
      desk.tell(t("console.step.saved"));
    }
  };
  return (
    <div class="panel__stack">
      <TextArea
        hideLabel
        label={t("console.step.instruction")}
        value={draft.value ?? instruction}
        placeholder={t("console.step.instruction.example")}
        maxChars={LIMITS.INSTRUCTION_CHARS}
        rows={2}
        onInput={(value) => (draft.value = value)}
        onSubmit={() => void save()}
      />
      {changed && (
        <div class="panel__row">
          <Button kind="strong" onClick={() => void save()}>
            {t("console.step.save")}
          </Button>
          <Button kind="bare" onClick={() => (draft.value = null)}>
            {t("part.cancel")}
          </Button>
        </div>
      )}
    </div>
  );
}

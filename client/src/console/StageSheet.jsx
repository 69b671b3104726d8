// How far an idea is, in the hands of whoever steers: six stages, why or what was learnt, and how it came here.
import { useSignal } from "@preact/signals";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { TextArea } from "../components/TextArea.jsx";
import { StageSign } from "../components/lab/StageSign.jsx";
import { StageTrail } from "../components/lab/StageTrail.jsx";
import { STAGES, stageNow } from "../components/lab/stages.js";
import { wordsOf } from "../components/cardWords.js";
import { quoted } from "../components/quoted.js";
import { stagesOf } from "../core/lab.js";
import { dayText } from "../i18n/dates.js";
import { t } from "../i18n/index.js";
import { RefusedHere } from "./Notices.jsx";
import "./LabSheets.css";

/** @typedef {import("@protocol/generated/types.d.ts").Staged} Staged */

/** @param {import("./Sheets.jsx").SheetProps & { card: string }} props */
export function StageSheet({ store, desk, close, card: id }) {
  const board = store.board.value;
  const history = board ? stagesOf(board, id) : [];
  const now = stageNow(history);
  const chosen = useSignal(now);
  const note = useSignal("");
  const nothing = chosen.value === now && !note.value.trim();
  /** @param {Event} [event] */
  const save = async (event) => {
    event?.preventDefault();
    if (nothing) return;
    const command = /** @type {const} */ ({ type: "card.stage", card: id, stage: chosen.value, note: note.value.trim() || null });
    if (await desk.act(command, { done: "console.stage.done", fill: { stage: t(`part.stage.${chosen.value}`) } })) close();
  };
  return (
    <Sheet open title={t("console.stage.title")} onClose={close}>
      <blockquote class="quoted-card">{quoted(wordsOf(store.cards.value.get(id)), 140)}</blockquote>
      <StageTrail stages={history} dated />
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void save(event)}>
        <fieldset>
          <legend class="panel__legend">{t("console.stage.where")}</legend>
          <div class="stage-choices">
            {STAGES.map((stage) => (
              <label key={stage} class="choice">
                <input
                  type="radio"
                  name="stage"
                  autofocus={stage === now}
                  checked={chosen.value === stage}
                  onChange={() => (chosen.value = stage)}
                />
                <StageSign stage={stage} />
                <span>{t(`part.stage.${stage}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <TextArea
          label={t(chosen.value === "stopped" ? "console.stage.learnt" : "console.stage.why")}
          hint={t("console.stage.note.about")}
          value={note.value}
          maxChars={LIMITS.STAGE_NOTE_CHARS}
          onInput={(value) => (note.value = value)}
          onSubmit={() => void save()}
        />
        <RefusedHere desk={desk} />
        <Button type="submit" kind="strong" size="large" busy={desk.isUnderWay("card.stage")} aria-disabled={nothing}>
          {t("common.save")}
        </Button>
      </form>
      {history.length > 0 && <History history={history} />}
    </Sheet>
  );
}

/** The newest first. @param {{ history: readonly Staged[] }} props */
function History({ history }) {
  return (
    <section class="panel__stack">
      <h3>{t("console.stage.history")}</h3>
      <ol class="stage-history">
        {[...history].reverse().map(({ stage, at_ms, note }) => (
          <li key={at_ms}>
            <StageSign stage={stage} />
            <div>
              <p>
                <strong>{t(`part.stage.${stage}`)}</strong> <span class="quiet small">{dayText(at_ms)}</span>
              </p>
              {note && <p dir="auto">{note}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

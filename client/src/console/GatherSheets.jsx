// Sheets that bring cards in or together: many lines pasted at once; likely duplicates a person stacks, merges or leaves.
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { TextArea } from "../components/TextArea.jsx";
import { wordsOf } from "../components/cardWords.js";
import { percent } from "../components/results/scores.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";
import { isOnTable } from "./boardColumns.js";
import "./GatherSheets.css";

/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */
/** @typedef {import("@protocol/generated/types.d.ts").Suggestion} Suggestion */
/** @typedef {import("@protocol/generated/types.d.ts").Imported} Imported */

/** @param {SheetProps & { api: DeskApi }} props */
export function ImportSheet({ desk, close, api }) {
  const text = useSignal("");
  const busy = useSignal(false);
  const problem = useSignal("");
  const came = useSignal(/** @type {Imported | null} */ (null));
  const lines = linesIn(text.value);
  const id = useId();
  /**
   * @param {() => Promise<Imported>} send
   * @param {readonly string[]} [sent] the lines, where they can be mended here
   */
  const bring = async (send, sent) => {
    if (busy.value) return;
    busy.value = true;
    problem.value = "";
    try {
      const answer = await send();
      came.value = answer;
      if (answer.refused.length === 0) {
        desk.tell(t("console.import.done", { n: answer.cards.length }));
        close();
      } else if (sent) text.value = answer.refused.map((row) => sent[row.line - 1] ?? "").join("\n");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.value = tError(error);
    } finally {
      busy.value = false;
    }
  };
  /** @param {Event} [event] */
  const paste = (event) => {
    event?.preventDefault();
    if (lines.length > 0) void bring(() => api.importLines(lines.join("\n")), lines);
  };
  return (
    <Sheet open title={t("console.import")} onClose={close}>
      <form class="panel__stack panel__stack--wide" onSubmit={paste}>
        <TextArea
          label={t("console.import.lines")}
          hint={t("console.import.hint", { n: LIMITS.LINES_PER_IMPORT })}
          autofocus
          rows={8}
          value={text.value}
          onInput={(value) => (text.value = value)}
          onSubmit={() => paste()}
        />
        {came.value && came.value.refused.length > 0 && (
          <div role="status">
            <p>{t("console.import.some", { n: came.value.cards.length })}</p>
            <ul class="panel__stack">
              {came.value.refused.map((row) => (
                <li key={row.line} class="problem small">
                  {t("console.import.refused", { line: row.line, why: tError(row) })}
                </li>
              ))}
            </ul>
          </div>
        )}
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <Button type="submit" kind="strong" size="large" busy={busy.value}>
          {t("console.import.go", { n: lines.length })}
        </Button>
        <div class="field">
          <label for={id}>{t("console.import.file")}</label>
          <input
            id={id}
            class="input"
            type="file"
            accept=".csv,.json,.txt,text/csv,application/json,text/plain"
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void bring(() => api.importFile(file));
              event.currentTarget.value = ""; // the same file once more, mended, is a change too
            }}
          />
          <p id={`${id}-hint`} class="quiet small">
            {t("console.import.fileHint")}
          </p>
        </div>
      </form>
    </Sheet>
  );
}

/** @param {string} text @returns {string[]} without bullets, numbers and empty lines, as lists are pasted from elsewhere */
export const linesIn = (text) =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[-*•–—]|\d{1,3}[.)])\s+/, "").trim())
    .filter(Boolean);

/** @param {SheetProps & { api: DeskApi }} props */
export function SuggestionsSheet({ store, desk, close, api }) {
  const found = useSignal(/** @type {readonly Suggestion[] | null} */ (null));
  const left = useSignal(/** @type {ReadonlySet<string>} */ (new Set()));
  const problem = useSignal("");
  useEffect(() => {
    let wanted = true;
    api.suggestions().then(
      ({ groups }) => wanted && (found.value = groups),
      (error) => wanted && (problem.value = error instanceof Refused ? tError(error) : t("error.unknown")),
    );
    return () => {
      wanted = false;
    };
  }, [api, found, problem]);
  const cards = store.cards.value;
  const kept = useKeptFocus("li.suggestion");
  const open = (found.value ?? [])
    .map((one) => ({ ...one, key: one.cards.join(" "), there: one.cards.flatMap((id) => cards.get(id) ?? []).filter(isOnTable) }))
    .filter(({ key, there }) => there.length > 1 && !left.value.has(key) && !stackedAlready(there));
  /** @param {string} key */
  const leave = (key) => {
    left.value = new Set([...left.value, key]);
  };
  return (
    <Sheet open wide title={t("console.suggestions")} onClose={close}>
      <p>{t("console.suggestions.about")}</p>
      {problem.value && <p class="problem">{problem.value}</p>}
      <p role="status">{found.value ? t("console.suggestions.count", { n: open.length }) : !problem.value && t("part.screen.loading")}</p>
      <ul class="panel__stack panel__stack--wide" {...kept}>
        {open.map(({ key, there, score }) => (
          <li key={key} class="suggestion">
            <ul class="panel__stack">
              {there.map((card) => (
                <li key={card.id}>
                  <blockquote class="quoted-card">{wordsOf(card)}</blockquote>
                </li>
              ))}
            </ul>
            <p class="quiet small">{t("console.suggestions.score", { share: percent(score) })}</p>
            <div class="panel__row">
              <Button
                kind="strong"
                onClick={async () => {
                  if (await desk.act({ type: "group.make", cards: there.map((card) => card.id) })) leave(key);
                }}
              >
                {t("console.group.make")}
              </Button>
              <Button onClick={() => (desk.sheet.value = { kind: "merge", cards: there.map((card) => card.id) })}>
                {t("console.select.merge")}
              </Button>
              <Button kind="bare" onClick={() => leave(key)}>
                {t("console.suggestions.leave")}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** @param {readonly import("@protocol/generated/types.d.ts").Card[]} cards */
const stackedAlready = (cards) => cards[0]?.group !== undefined && cards.every((card) => card.group === cards[0]?.group);

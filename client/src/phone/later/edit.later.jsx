// Changing the words of a card; mending one that was refused; and, where somebody was faster, choosing between two texts.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { Sheet } from "../../components/Sheet.jsx";
import { charsOf, TextArea } from "../../components/TextArea.jsx";
import { t } from "../../i18n/index.js";
import { Later } from "../later.jsx";
import { told } from "../notice.js";
import "./edit.css";
import "./texts.js";

export { RefusedEdit, RefusedIdea } from "./Refused.jsx";

/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/**
 * The base revision is the one that was on the screen when the writing began: what others change meanwhile is noticed.
 * @param {{ desk: Desk, card: string, text?: string, row?: number, onClose: () => void }} props
 */
export default function EditSheet({ desk, card: id, text: before, row, onClose }) {
  const { store } = desk;
  const [card] = useState(() => store.cards.peek().get(id));
  if (!card) return null;
  return (
    <WordsSheet
      desk={desk}
      title={t("phone.edit.title")}
      before={before ?? card.text}
      send={t("phone.edit.save")}
      onClose={onClose}
      onSend={(text) => {
        onClose();
        /** @type {import("@protocol/generated/types.d.ts").CardEdit} */
        const command = { type: "card.edit", card: id, text, base_rev: card.rev };
        if (row === undefined && text === card.text) return;
        if (row === undefined) void told(store.submit(command), t("phone.edit.saved"), command);
        else void told(store.retry(row, command), t("phone.edit.saved"));
      }}
    />
  );
}

/**
 * A refused card, to be mended and sent again.
 * @param {{ desk: Desk, row: number, onClose: () => void }} props
 */
export function FixSheet({ desk, row: id, onClose }) {
  const { store } = desk;
  const [row] = useState(() => {
    const found = store.outgoing.peek().find((one) => one.id === id);
    if (found?.command.type === "card.rebound") {
      desk.draftOf(`rebound.${id}`).write(found.command.text);
      desk.draftOf(`owes.${id}`).write(found.command.owes ?? "");
    }
    return found;
  });
  if (row?.command.type === "card.rebound") {
    const { parents, verb } = row.command;
    return <Later name="later/rebound" desk={desk} from={parents} verb={verb} row={id} onClose={onClose} />;
  }
  if (row?.command.type !== "card.add") return null;
  const { command } = row;
  return (
    <WordsSheet
      desk={desk}
      title={t("phone.card.fix")}
      before={command.text}
      send={t("phone.card.again")}
      onClose={onClose}
      onSend={(text) => {
        onClose();
        void told(store.retry(id, { ...command, text }), t("phone.compose.sent"));
      }}
    />
  );
}

/**
 * @param {{ desk: Desk, title: string, before: string, send: string, onSend: (text: string) => void, onClose: () => void }} props
 */
function WordsSheet({ desk, title, before, send, onSend, onClose }) {
  const [text, setText] = useState(before);
  const [problem, setProblem] = useState("");
  const most = desk.store.limits.value.card_text_chars;
  const over = charsOf(text.trim()) > most;
  const finish = () => {
    if (over) return;
    if (text.trim()) onSend(text.trim());
    else setProblem(t("error.text_empty"));
  };
  return (
    <Sheet
      open
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button kind="primary" aria-disabled={over} onClick={finish}>
            {send}
          </Button>
        </>
      }
    >
      <TextArea
        label={t("phone.edit.text")}
        hideLabel
        rows={3}
        value={text}
        maxChars={most}
        problem={problem || undefined}
        onInput={(value) => {
          setText(value);
          setProblem("");
        }}
        onSubmit={finish}
      />
    </Sheet>
  );
}

/**
 * Two texts of one card; neither is lost until the person has chosen.
 * @param {{ desk: Desk, card: string, row: number, onClose: () => void }} props
 */
export function StaleSheet({ desk, card: id, row: rowId, onClose }) {
  const { store } = desk;
  const card = store.cards.value.get(id);
  const row = store.outgoing.value.find((one) => one.id === rowId);
  if (!card || row?.command.type !== "card.edit") return null;
  const { command } = row;
  return (
    <Sheet open title={t("phone.stale.title")} onClose={onClose}>
      <p>{t("phone.stale.line")}</p>
      <Version
        label={t("phone.stale.theirs")}
        text={card.text}
        action={t("phone.stale.keepTheirs")}
        onPick={() => {
          onClose();
          store.discard(rowId);
        }}
      />
      <Version
        label={t("phone.stale.mine")}
        text={command.text}
        action={t("phone.stale.keepMine")}
        onPick={() => {
          onClose();
          void told(store.retry(rowId, { ...command, base_rev: card.rev }), t("phone.edit.saved"));
        }}
      />
    </Sheet>
  );
}

/** @param {{ label: string, text: string, action: string, onPick: () => void }} props */
function Version({ label, text, action, onPick }) {
  return (
    <section class="version">
      <h3>{label}</h3>
      <p class="version__text">{text}</p>
      <Button onClick={onPick}>{action}</Button>
    </section>
  );
}

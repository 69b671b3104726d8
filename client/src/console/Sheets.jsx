// Everything that lies over the console for a moment. One at a time; which one is the desk's `sheet`.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { QrView } from "../components/QrView.jsx";
import { ResultsView } from "../components/ResultsView.jsx";
import { quoted } from "../components/resultsWords.js";
import { Segmented } from "../components/Segmented.jsx";
import { ConfirmSheet, Sheet } from "../components/Sheet.jsx";
import { Stepper } from "../components/Stepper.jsx";
import { Switch } from "../components/Switch.jsx";
import { wordsOf } from "../components/cardWords.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { TextArea } from "../components/TextArea.jsx";
import { t } from "../i18n/index.js";
import { roundName } from "./VotePanel.jsx";
import { isInBin } from "./boardColumns.js";
import { keysOn, switchKeys } from "./shortcuts.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").OpenSheet} OpenSheet */
/** @typedef {{ store: BoardStore, desk: Desk, close: () => void }} SheetProps */

/** @param {{ store: BoardStore, desk: Desk, address: string }} props `address`: where everybody joins */
export function Sheets({ store, desk, address }) {
  const open = desk.sheet.value;
  if (!open) return null;
  const close = () => {
    desk.sheet.value = null;
  };
  const props = { store, desk, close };
  switch (open.kind) {
    case "bin":
      return <BinSheet {...props} />;
    case "keys":
      return <KeysSheet close={close} />;
    case "vote":
      return <VoteSheet {...props} />;
    case "add":
      return <AddSheet {...props} />;
    case "qr":
      return <QrSheet {...props} address={address} />;
    case "rename":
      return <RenameSheet {...props} />;
    case "results":
      return <ResultsSheet {...props} round={open.round} />;
    case "move":
      return <MoveSheet {...props} card={open.card} />;
    case "erase":
      return <EraseSheet {...props} card={open.card} />;
    case "section":
      return <SectionSheet {...props} section={open.section} />;
    case "remove":
      return <RemoveSheet {...props} participant={open.participant} name={open.name} />;
    default:
      return assertNever(open);
  }
}

/** @param {never} sheet @returns {never} */
function assertNever(sheet) {
  throw new Error(`no such sheet: ${JSON.stringify(sheet)}`);
}

/** @param {SheetProps} props */
function BinSheet({ store, desk, close }) {
  const binned = store.ordered.value.filter(isInBin);
  const kept = useKeptFocus("li");
  return (
    <Sheet open title={t("console.bin.title")} onClose={close}>
      {binned.length === 0 && <p class="quiet">{t("console.bin.empty")}</p>}
      <ul class="panel__stack" {...kept}>
        {binned.map((card) => (
          <li key={card.id}>
            <CardView
              card={card}
              author={card.author === null ? null : (store.people.value.get(card.author) ?? null)}
              segments={store.board.value?.segments}
            >
              <Button
                aria-label={`${t("console.card.restore")} ${quoted(wordsOf(card))}`}
                onClick={() => void desk.act({ type: "card.restore", card: card.id })}
              >
                {t("console.card.restore")}
              </Button>
              <Button
                kind="bare"
                aria-label={`${t("console.card.erase")} ${quoted(wordsOf(card))}`}
                onClick={() => (desk.sheet.value = { kind: "erase", card: card.id })}
              >
                {t("console.card.erase")}
              </Button>
            </CardView>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** Which key does what, in the order of the list. */
const KEYS = /** @type {const} */ ([
  ["?", "help"],
  ["N", "next"],
  ["P", "private"],
  ["T", "minute"],
  ["V", "vote"],
  ["L", "lock"],
  ["B", "bin"],
  ["W", "wall"],
  ["Esc", "clear"],
]);

/** @param {{ close: () => void }} props */
function KeysSheet({ close }) {
  return (
    <Sheet open title={t("console.keys")} onClose={close}>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key} class="keys__row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`console.keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
      <Switch label={t("console.keys.on")} checked={keysOn.value} onChange={switchKeys} />
    </Sheet>
  );
}

/** What a facilitator brings: ideas, mostly, but also what makes others have some. @type {readonly import("@protocol/generated/types.d.ts").CardKind[]} */
const KINDS = ["stimulus", "question", "idea"];

/** @param {SheetProps} props */
function AddSheet({ store, desk, close }) {
  const text = useSignal("");
  const kind = useSignal(/** @type {import("@protocol/generated/types.d.ts").CardKind} */ ("stimulus"));
  const section = useSignal(/** @type {string | null} */ (null));
  const sections = store.board.value?.sections ?? [];
  const id = useId();
  /** @param {Event} [event] */
  const add = async (event) => {
    event?.preventDefault();
    if (await desk.act({ type: "card.add", text: text.value, kind: kind.value, section: section.value })) close();
  };
  return (
    <Sheet open title={t("console.card.add")} onClose={close}>
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void add(event)}>
        <TextArea
          label={t("console.card.text")}
          autofocus
          value={text.value}
          maxChars={store.limits.value.card_text_chars}
          onInput={(value) => (text.value = value)}
          onSubmit={() => void add()}
        />
        <Segmented
          showLabel
          label={t("console.card.kind")}
          options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={kind.value}
          onChange={(value) => (kind.value = value)}
        />
        {sections.length > 0 && (
          <div class="field">
            <label for={id}>{t("console.card.section")}</label>
            <select
              id={id}
              class="input"
              value={section.value ?? ""}
              onChange={(event) => (section.value = event.currentTarget.value || null)}
            >
              <option value="">{t("common.noSection")}</option>
              {sections.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
            </select>
          </div>
        )}
        <Button type="submit" kind="primary" size="large">
          {t("console.card.addGo")}
        </Button>
      </form>
    </Sheet>
  );
}

const BUDGET = 5;
const CAP = 3;

/** @param {SheetProps} props */
function VoteSheet({ desk, close }) {
  const title = useSignal("");
  const budget = useSignal(BUDGET);
  const cap = useSignal(CAP);
  const secret = useSignal(true);
  const id = useId();
  /** @param {Event} event */
  const open = async (event) => {
    event.preventDefault();
    const opened = await desk.act({
      type: "round.open",
      method: "dots",
      title: title.value.trim() || null,
      budget: budget.value,
      cap: Math.min(cap.value, budget.value),
      secret: secret.value,
    });
    if (opened) close();
  };
  return (
    <Sheet open title={t("console.move.open_vote")} onClose={close}>
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void open(event)}>
        <div class="field">
          <label for={id}>{t("console.vote.title")}</label>
          <input
            id={id}
            autofocus
            class="input"
            value={title.value}
            maxLength={LIMITS.TITLE_CHARS}
            autocomplete="off"
            onInput={(event) => (title.value = event.currentTarget.value)}
          />
        </div>
        <Numbered label={t("console.vote.budget")} value={budget.value} max={LIMITS.BUDGET_MAX} onChange={(value) => (budget.value = value)} />
        <Numbered
          label={t("console.vote.cap")}
          value={Math.min(cap.value, budget.value)}
          max={budget.value}
          onChange={(value) => (cap.value = value)}
        />
        <Switch
          label={t("console.vote.secret")}
          about={t("console.vote.secret.about")}
          checked={secret.value}
          onChange={(on) => (secret.value = on)}
        />
        <Button type="submit" kind="primary" size="large">
          {t("console.vote.go")}
        </Button>
      </form>
    </Sheet>
  );
}

/** @param {{ label: string, value: number, max: number, onChange: (value: number) => void }} props */
function Numbered({ label, value, max, onChange }) {
  return (
    <div class="numbered">
      <span aria-hidden="true">{label}</span>
      <Stepper label={label} value={value} min={1} max={max} onChange={onChange} />
    </div>
  );
}

/** @param {SheetProps & { address: string }} props */
function QrSheet({ store, close, address }) {
  const board = store.board.value;
  if (!board) return null;
  return (
    <Sheet open title={t("console.share")} onClose={close}>
      <div class="qr-sheet">
        <QrView code={board.code} address={address} />
        <p class="share__code">{board.code}</p>
        <p>{address}</p>
      </div>
    </Sheet>
  );
}

/**
 * One line of text and a button: a title for the board or for a section.
 * @param {{ heading: string, label: string, go: string, before: string, max: number, save: (text: string) => Promise<boolean>, close: () => void }} props
 */
function LineSheet({ heading, label, go, before, max, save, close }) {
  const text = useSignal(before);
  const id = useId();
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (await save(text.value.trim())) close();
  };
  return (
    <Sheet open title={heading} onClose={close}>
      <form class="panel__stack" onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for={id}>{label}</label>
          <input
            id={id}
            autofocus
            class="input"
            value={text.value}
            maxLength={max}
            autocomplete="off"
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </div>
        <Button type="submit" kind="primary">
          {go}
        </Button>
      </form>
    </Sheet>
  );
}

/** @param {SheetProps} props */
function RenameSheet({ store, desk, close }) {
  return (
    <LineSheet
      heading={t("console.rename")}
      label={t("console.rename.label")}
      go={t("common.save")}
      before={store.board.value?.title ?? ""}
      max={LIMITS.TITLE_CHARS}
      save={(title) => desk.act({ type: "board.rename", title })}
      close={close}
    />
  );
}

/** @param {SheetProps & { section: string | null }} props `section`: which to rename; null for a new one */
function SectionSheet({ store, desk, close, section }) {
  const known = store.board.value?.sections.find((other) => other.id === section);
  return (
    <LineSheet
      heading={known ? t("console.section.rename") : t("console.section.add")}
      label={t("console.section.title")}
      go={t("common.save")}
      before={known?.title ?? ""}
      max={LIMITS.SECTION_TITLE_CHARS}
      save={(title) =>
        desk.act(known ? { type: "section.rename", section: known.id, title, hint: known.hint } : { type: "section.add", title })
      }
      close={close}
    />
  );
}

/** @param {SheetProps & { round: string }} props */
function ResultsSheet({ store, close, round: id }) {
  const rounds = store.rounds.value;
  const round = rounds.find((other) => other.id === id);
  if (!round) return null;
  return (
    <Sheet open wide title={roundName(round, rounds)} onClose={close}>
      <ResultsView
        results={round.results ?? []}
        textOf={(card) => wordsOf(store.cards.value.get(card))}
        voters={round.voters}
      />
    </Sheet>
  );
}

/** @param {SheetProps & { card: string }} props */
function MoveSheet({ store, desk, close, card }) {
  const sections = store.board.value?.sections ?? [];
  const now = store.cards.value.get(card)?.section ?? null;
  const chosen = useSignal(now);
  const move = async () => {
    if (chosen.value === now || (await desk.act({ type: "card.move", card, section: chosen.value }))) close();
  };
  return (
    <Sheet
      open
      title={t("console.card.moveTitle")}
      onClose={close}
      foot={
        <Button kind="primary" onClick={() => void move()}>
          {t("console.card.moveGo")}
        </Button>
      }
    >
      <fieldset>
        <legend class="only-said">{t("console.card.moveTitle")}</legend>
        {[...sections, { id: null, title: t("common.noSection") }].map((section) => (
          <label key={section.id ?? ""} class="choice">
            <input
              type="radio"
              name="section"
              checked={chosen.value === section.id}
              onChange={() => (chosen.value = section.id)}
            />
            <span>{section.title}</span>
          </label>
        ))}
      </fieldset>
    </Sheet>
  );
}

/** @param {SheetProps & { card: string }} props */
function EraseSheet({ store, desk, close, card }) {
  return (
    <ConfirmSheet
      open
      title={t("console.card.eraseTitle")}
      confirm={t("console.card.eraseGo")}
      onClose={close}
      onConfirm={() => {
        close();
        void desk.act({ type: "card.erase", card }, { done: "console.card.erased" });
      }}
    >
      <blockquote class="quoted-card">{quoted(wordsOf(store.cards.value.get(card)))}</blockquote>
      <p>{t("console.card.eraseAbout")}</p>
    </ConfirmSheet>
  );
}

/** @param {SheetProps & { participant: string, name: string }} props */
function RemoveSheet({ desk, close, participant, name }) {
  return (
    <ConfirmSheet
      open
      title={t("console.people.removeTitle", { name })}
      confirm={t("console.people.removeGo")}
      onClose={close}
      onConfirm={() => {
        close();
        void desk.act(
          { type: "participant.remove", participant },
          { done: "console.people.removed", undo: { type: "participant.readmit", participant } },
        );
      }}
    >
      <p>{t("console.people.removeAbout")}</p>
    </ConfirmSheet>
  );
}

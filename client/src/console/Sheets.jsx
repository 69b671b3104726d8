// Everything that lies over the console for a moment. One at a time; which one is the desk's `sheet`.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { QrView } from "../components/QrView.jsx";
import { quoted } from "../components/quoted.js";
import { Segmented } from "../components/Segmented.jsx";
import { ConfirmSheet, Sheet } from "../components/Sheet.jsx";
import { Switch } from "../components/Switch.jsx";
import { wordsOf } from "../components/cardWords.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { TextArea } from "../components/TextArea.jsx";
import { t } from "../i18n/index.js";
import { CardSheet, EraseSheet, GroupSheet, MergeSheet, MoveSheet, StackSheet, TagSheet } from "./CardSheets.jsx";
import { ChooseSheet } from "./ChooseSheet.jsx";
import { EraseVoteSheet, ForgetPastSheet } from "./EraseSheets.jsx";
import { ForgetSheet } from "./ForgetSheet.jsx";
import { ImportSheet, SuggestionsSheet } from "./GatherSheets.jsx";
import { KioskSheet, KiosksSheet, RevokeSheet } from "./KiosksSheet.jsx";
import { LabSheet } from "./LabSheet.jsx";
import { LineSheet } from "./LineSheet.jsx";
import { PreviewSheet } from "./PreviewSheet.jsx";
import { RelaunchSheet } from "./RelaunchSheet.jsx";
import { StageSheet } from "./StageSheet.jsx";
import { StepSheet } from "./StepSheet.jsx";
import { ResultsSheet } from "./VotePanel.jsx";
import { WindowSheet } from "./WindowSheet.jsx";
import { isInBin } from "./boardColumns.js";
import { KEYS, keysOn, switchKeys } from "./shortcuts.js";
import "./Sheets.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").OpenSheet} OpenSheet */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */
/** @typedef {import("./links.js").BoardLinks} BoardLinks */
/** @typedef {{ store: BoardStore, desk: Desk, close: () => void }} SheetProps */

/** @param {{ store: BoardStore, desk: Desk, links: BoardLinks, api: DeskApi }} props */
export function Sheets({ store, desk, links, api }) {
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
      return <ChooseSheet {...props} method={open.method} />;
    case "add":
      return <AddSheet {...props} />;
    case "import":
      return <ImportSheet {...props} api={api} />;
    case "suggestions":
      return <SuggestionsSheet {...props} api={api} />;
    case "relaunch":
      return <RelaunchSheet {...props} />;
    case "preview":
      return <PreviewSheet links={links} close={close} first={open.surface} />;
    case "step":
      return <StepSheet {...props} step={open.step} after={open.after} />;
    case "qr":
      return <QrSheet {...props} address={links.participant} />;
    case "rename":
      return <RenameSheet {...props} />;
    case "results":
      return <ResultsSheet {...props} round={open.round} />;
    case "card":
      return <CardSheet {...props} card={open.card} />;
    case "move":
      return <MoveSheet {...props} cards={open.cards} />;
    case "tag":
      return <TagSheet {...props} cards={open.cards} />;
    case "stack":
      return <StackSheet {...props} cards={open.cards} />;
    case "merge":
      return <MergeSheet {...props} cards={open.cards} />;
    case "group":
      return <GroupSheet {...props} group={open.group} />;
    case "erase":
      return <EraseSheet {...props} card={open.card} />;
    case "eraseVote":
      return <EraseVoteSheet {...props} round={open.round} />;
    case "past":
      return <ForgetPastSheet {...props} />;
    case "stage":
      return <StageSheet {...props} card={open.card} />;
    case "window":
      return <WindowSheet {...props} api={api} card={open.card} />;
    case "lab":
      return <LabSheet {...props} api={api} links={links} />;
    case "kiosks":
      return <KiosksSheet {...props} api={api} links={links} />;
    case "kiosk":
      return <KioskSheet {...props} api={api} kiosk={open.kiosk} />;
    case "revoke":
      return <RevokeSheet {...props} api={api} kiosk={open.kiosk} name={open.name} />;
    case "section":
      return <SectionSheet {...props} section={open.section} />;
    case "remove":
      return <RemoveSheet {...props} participant={open.participant} name={open.name} />;
    case "forget":
      return <ForgetSheet {...props} api={api} participant={open.participant} name={open.name} />;
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
      <div class="panel__row">
        <Button kind="bare" onClick={() => (desk.sheet.value = { kind: "past" })}>
          {t("console.past")}
        </Button>
      </div>
    </Sheet>
  );
}

/** @param {{ close: () => void }} props */
function KeysSheet({ close }) {
  return (
    <Sheet open wide title={t("console.keys")} onClose={close}>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what} class="keys__row">
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
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
        <Button type="submit" kind="strong" size="large" busy={desk.isUnderWay("card.add")}>
          {t("console.card.addGo")}
        </Button>
      </form>
    </Sheet>
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
          { done: "console.people.removed" },
        );
      }}
    >
      <p>{t("console.people.removeAbout")}</p>
    </ConfirmSheet>
  );
}

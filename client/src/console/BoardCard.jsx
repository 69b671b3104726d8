// One card on the facilitator's table, with everything that can be done to it.
import { nameOf } from "../components/AuthorMark.jsx";
import { CardView } from "../components/CardView.jsx";
import { Menu } from "../components/Menu.jsx";
import { memo } from "../components/memo.js";
import { wordsOf } from "../components/cardWords.js";
import { StageSign } from "../components/lab/StageSign.jsx";
import "../components/lab/texts.js";
import { quoted } from "../components/quoted.js";
import { t } from "../i18n/index.js";
import { approvalOf } from "./inbox.js";
import "./BoardCard.css";
import "./LabSheets.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../components/Menu.jsx").MenuItem} MenuItem */
/** @typedef {import("./desk.js").Desk} Desk */

/**
 * @typedef {object} BoardCardProps
 * @property {BoardStore} store
 * @property {Desk} desk
 * @property {Card} card
 * @property {readonly import("../components/AuthorMark.jsx").Segment[]} segments
 * @property {import("./lineage.js").Kin | undefined} kin
 * @property {boolean} faceDown sealed, and not to be read on this screen now
 * @property {number} rebounds
 * @property {number} comments how many were made on it
 * @property {number} reactions how many people reacted to it
 * @property {number | undefined} tally
 * @property {boolean} selected
 * @property {boolean} lit in the spotlight
 * @property {boolean} muted its author is
 * @property {import("../components/lab/stages.js").Stage} stage how far it is
 * @property {boolean} inWindow it stands in the lab's window
 * @property {string} opinions what was said of it at kiosks, in words
 */

export const BoardCard = memo(
  /** @param {BoardCardProps} props */ ({ store, desk, card: whole, segments, faceDown, kin, rebounds, comments, reactions, tally, selected, lit, muted, stage, inWindow, opinions }) => {
    const card = faceDown ? { ...whole, text: "", owes: undefined, author: null, parents: [] } : whole;
    const toggleLineage = () => {
      desk.lineageOf.value = desk.lineageOf.peek() === card.id ? null : card.id;
    };
    const cards = store.cards.peek();
    const people = desk.people.value;
    /** @param {string | null | undefined} author */
    const person = (author) => (author == null ? null : (people.get(author) ?? null));
    const words = quoted(wordsOf(card));
    return (
      <div class="board-card" data-card={card.id} data-selected={selected || undefined} data-lit={lit || undefined}>
        <CardView
          card={card}
          author={person(card.author)}
          segments={segments}
          parents={card.parents.map((id) => creditedParent(cards.get(id), id, person))}
          rebounds={rebounds}
          comments={comments}
          reactions={reactions}
          tally={tally}
          kin={kin}
          onParent={toggleLineage}
          onRebounds={toggleLineage}
        >
          {!faceDown && <LabLine stage={stage} inWindow={inWindow} opinions={opinions} />}
          <div class="board-card__hands">
            <label class="board-card__pick">
              <input
                type="checkbox"
                checked={selected}
                aria-label={t("console.card.select", { text: words })}
                onChange={(event) => desk.select(card.id, event.currentTarget.checked)}
              />
            </label>
            <Menu label={t("console.card.menu", { text: words })} items={itemsFor(card, desk, toggleLineage, { lit, muted, inWindow, shown: kin === "self", who: person(card.author) })} />
          </div>
        </CardView>
      </div>
    );
  },
);

/** What a lab says of it: nothing, for most cards of most boards. @param {Pick<BoardCardProps, "stage" | "inWindow" | "opinions">} props */
function LabLine({ stage, inWindow, opinions }) {
  const staged = stage !== "idea";
  if (!staged && !inWindow && !opinions) return null;
  return (
    <p class="card__line board-card__lab">
      {staged && (
        <span>
          <StageSign stage={stage} />
          <span class="only-said">{t("part.stage.now", { stage: t(`part.stage.${stage}`) })}</span>
          <span aria-hidden="true">{t(`part.stage.${stage}`)}</span>
        </span>
      )}
      {inWindow && (
        <span>
          <WindowSign />
          {t("console.window.in")}
        </span>
      )}
      {opinions && <span>{t("console.opinions", { said: opinions })}</span>}
    </p>
  );
}

/** A shop window with its awning. Decoration. */
function WindowSign() {
  return (
    <svg class="kiosk-sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2.5 6.5V14h11V6.5M1.5 6.5 3 2h10l1.5 4.5ZM6 6.5V9M10 6.5V9" />
    </svg>
  );
}

/**
 * @param {Card | undefined} parent
 * @param {string} id
 * @param {(author: string | null | undefined) => import("../components/AuthorMark.jsx").ParticipantView | null} person
 */
const creditedParent = (parent, id, person) => ({
  id,
  author: person(parent?.author),
  text: parent?.sealed ? undefined : parent?.text, // what is face down is not read from another card's line
});

/**
 * What a facilitator can do to a card as it stands. It is asked at every redraw of every card, and reads no signal itself: what
 * the board says of one card must not redraw two thousand.
 * @param {Card} card
 * @param {Desk} desk
 * @param {() => void} toggleLineage
 * @param {Pick<BoardCardProps, "lit" | "muted" | "inWindow"> & { shown: boolean, who: import("../components/AuthorMark.jsx").ParticipantView | null }} now
 *   `shown`: its lineage is; `who`: wrote it
 * @returns {(MenuItem | false)[]}
 */
function itemsFor(card, desk, toggleLineage, { lit, muted, inWindow, shown, who }) {
  const { id } = card;
  const inBin = card.state === "withdrawn" || card.state === "removed";
  const onBoard = card.state === "shown" || card.state === "hidden";
  const open = card.state === "shown" && !card.sealed;
  const { author } = card;
  const isPerson = who !== null && who.role !== "kiosk";
  return [
    card.state === "pending" && {
      label: t("console.card.approve"),
      onPick: () => void desk.act(approvalOf(card), { done: "console.card.approved" }),
    },
    open && { label: t("console.spotlight"), checked: lit, onPick: () => void desk.act({ type: "spotlight.set", card: lit ? null : id }) },
    onBoard && { label: t("console.card.look"), onPick: () => (desk.sheet.value = { kind: "card", card: id }) },
    card.state === "shown" && {
      label: t("console.card.hide"),
      onPick: () =>
        void desk.act({ type: "card.hide", card: id }, { done: "console.card.hidden" }),
    },
    card.state === "hidden" && {
      label: t("console.card.show"),
      onPick: () => void desk.act({ type: "card.show", card: id }),
    },
    onBoard && { label: t("console.card.move"), onPick: () => (desk.sheet.value = { kind: "move", cards: [id] }) },
    card.group !== undefined && {
      label: t("console.group.take"),
      onPick: () => void desk.act({ type: "group.take", card: id }),
    },
    onBoard && { label: t("console.card.tag"), onPick: () => (desk.sheet.value = { kind: "tag", cards: [id] }) },
    onBoard && { label: t("console.lineage"), onPick: toggleLineage, checked: shown },
    onBoard && { label: t("console.stage"), onPick: () => (desk.sheet.value = { kind: "stage", card: id }) },
    (open || inWindow) && {
      label: t(inWindow ? "console.window.change" : "console.window"),
      onPick: () => (desk.sheet.value = { kind: "window", card: id }),
    },
    onBoard && author !== null && {
      label: t(muted ? "console.people.unmuteAuthor" : "console.people.muteAuthor"),
      onPick: () => void desk.mute(author, !muted),
    },
    inBin && { label: t("console.card.restore"), onPick: () => void desk.act({ type: "card.restore", card: id }) },
    !inBin && card.state !== "erased" && {
      label: t("console.card.remove"),
      onPick: () =>
        void desk.act({ type: "card.remove", card: id }, { done: "console.card.removed" }),
    },
    isPerson && {
      label: t("console.people.forgetAuthor"),
      onPick: () => (desk.sheet.value = { kind: "forget", participant: who.participant, name: nameOf(who) }),
    },
    card.state !== "erased" && {
      label: t("console.card.erase"),
      danger: true,
      onPick: () => {
        desk.sheet.value = { kind: "erase", card: id };
      },
    },
  ];
}

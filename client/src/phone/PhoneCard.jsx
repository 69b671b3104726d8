// One idea in the list: the card, "Rebound", a menu, and during a vote its stepper. Redrawn only when its own facts change.
import { Component } from "preact";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { Menu } from "../components/Menu.jsx";
import { Stepper } from "../components/Stepper.jsx";
import { ArcIcon } from "../components/VerbIcon.jsx";
import { quoted } from "../components/resultsWords.js";
import { t, tError } from "../i18n/index.js";
import { told } from "./notice.js";
import { isOpen, may } from "./permits.js";
import "./PhoneCard.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("./BoardScreen.jsx").Desk} Desk */
/**
 * @typedef {object} Facts
 * @property {Desk} desk
 * @property {Card} card
 * @property {boolean} mine
 * @property {number} rebounds
 * @property {import("../core/store.js").Outgoing | null} edit  a change of its text that is on its way, or was refused
 * @property {number} votes             mine, in the open round
 * @property {number | null} mostVotes  how many I could give it; null: no vote is open
 * @property {number | undefined} tally
 */

/** @extends {Component<Facts>} */
export class PhoneCard extends Component {
  /**
   * `desk` is the same for a board's whole life.
   * @param {Facts} next
   */
  shouldComponentUpdate(next) {
    const now = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this.props));
    return Object.entries(next).some(([name, value]) => name !== "desk" && now[name] !== value);
  }

  /** @param {Facts} props */
  render(props) {
    return <CardInList {...props} />;
  }
}

/** @param {Facts} props */
function CardInList({ desk, card, mine, rebounds, edit, votes, mostVotes, tally }) {
  const { store, sheet } = desk;
  const words = edit?.command.type === "card.edit" ? edit.command.text : card.text;
  const name = quoted(card.text);
  const rebound = isOpen(card) && may(store.board.value, store.you.value, "rebound");
  const round = store.openRound.value;
  const votable = round !== null && mostVotes !== null && isOpen(card) && may(store.board.value, store.you.value, "vote");
  return (
    <div
      class={votable || edit?.state === "refused" ? "phone-card" : "phone-card phone-card--calm"}
      onClick={(event) => {
        if (!(event.target instanceof Element) || event.target.closest("button, a, input, label")) return;
        if (getSelection()?.toString()) return;
        sheet.value = { kind: "detail", card: card.id };
      }}
    >
      <CardView
        card={{ ...card, text: words }}
        author={authorOf(desk, card)}
        segments={store.board.value?.segments}
        mine={mine}
        delivery={edit?.state}
        problem={edit?.reason && tError(edit.reason)}
        parents={parentsOf(desk, card)}
        rebounds={rebounds}
        tally={tally}
        onRebounds={() => {
          sheet.value = { kind: "detail", card: card.id };
        }}
        onParent={(parent) => {
          sheet.value = { kind: "detail", card: parent };
        }}
      >
        {edit?.state === "refused" && <RefusedEdit desk={desk} card={card} row={edit} />}
        {votable && (
          <Stepper
            value={votes}
            max={mostVotes}
            label={t("phone.vote.for", { text: name })}
            onChange={(weight) => vote(desk, round.id, card.id, weight)}
          />
        )}
        <span class="phone-card__more">
          {rebound && (
            <Button
              class="phone-card__rebound"
              aria-label={t("phone.card.reboundOn", { text: name })}
              onClick={() => startRebound(desk, card.id)}
            >
              <ArcIcon />
              {!votable && t("phone.card.rebound")}
            </Button>
          )}
          {(mine || card.text !== "") && (
            <Menu label={t("phone.card.menu", { text: name })} items={menuOf(desk, card, mine)} />
          )}
        </span>
      </CardView>
    </div>
  );
}

/**
 * @param {Desk} desk
 * @param {string} card
 */
export function startRebound({ sheet }, card) {
  sheet.value = { kind: "rebound", parents: [card] };
}

/**
 * @param {Desk} desk
 * @param {Card} card
 */
export const authorOf = ({ store }, card) => (card.author ? (store.people.value.get(card.author) ?? null) : null);

/**
 * @param {Desk} desk
 * @param {Card} card
 */
export const parentsOf = (desk, card) =>
  card.parents.map((id) => {
    const parent = desk.store.cards.value.get(id);
    return { id, author: parent ? authorOf(desk, parent) : null, text: parent?.text };
  });

/**
 * @param {Desk} desk
 * @param {string} round
 * @param {string} card
 * @param {number} weight
 */
function vote({ store }, round, card, weight) {
  void told(
    store.submit(weight > 0 ? { type: "vote.cast", round, card, weight } : { type: "vote.retract", round, card }),
  );
}

/**
 * @param {Desk} desk
 * @param {Card} card
 * @param {boolean} mine
 * @returns {(import("../components/Menu.jsx").MenuItem | false)[]}
 */
export function menuOf({ store, sheet }, card, mine) {
  const board = store.board.value;
  const you = store.you.value;
  const moderates = you?.role === "moderator";
  const own = mine || moderates;
  const there = card.state === "shown" || card.state === "pending";
  return [
    { label: t("phone.card.details"), onPick: () => void (sheet.value = { kind: "detail", card: card.id }) },
    mine &&
      there &&
      may(board, you, "edit") && {
        label: t("phone.card.edit"),
        onPick: () => void (sheet.value = { kind: "edit", card: card.id }),
      },
    own &&
      there &&
      (board?.sections.length ?? 0) > 0 &&
      may(board, you, "move") && {
        label: t("phone.card.move"),
        onPick: () => void (sheet.value = { kind: "move", card: card.id }),
      },
    mine &&
      there && {
        label: t("phone.card.withdraw"),
        onPick: () => void told(store.submit({ type: "card.withdraw", card: card.id }), t("phone.card.withdrawn")),
      },
    mine &&
      card.state === "withdrawn" && {
        label: t("phone.card.restore"),
        onPick: () => void told(store.submit({ type: "card.restore", card: card.id }), t("phone.card.restored")),
      },
    mine &&
      card.state !== "erased" && {
        label: t("phone.card.erase"),
        danger: true,
        onPick: () => void (sheet.value = { kind: "erase", card: card.id }),
      },
  ];
}

/** @param {{ desk: Desk, card: Card, row: import("../core/store.js").Outgoing }} props */
function RefusedEdit({ desk, card, row }) {
  const { store, sheet } = desk;
  const stale = row.reason?.code === "stale_rev";
  const text = row.command.type === "card.edit" ? row.command.text : "";
  return (
    <>
      <Button
        kind="primary"
        onClick={() => {
          sheet.value = stale
            ? { kind: "stale", card: card.id, row: row.id }
            : { kind: "edit", card: card.id, text, row: row.id };
        }}
      >
        {t(stale ? "phone.card.choose" : "phone.card.fix")}
      </Button>
      <Button
        onClick={() => {
          store.discard(row.id);
        }}
      >
        {t("phone.card.discard")}
      </Button>
    </>
  );
}

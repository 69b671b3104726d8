// One idea in the list: the card, "Rebound", and a menu. Redrawn only when its own facts change.
import { Component } from "preact";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { Menu } from "../components/Menu.jsx";
import { ArcIcon } from "../components/VerbIcon.jsx";
import { quoted } from "../components/quoted.js";
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
 * @property {number | undefined} tally  everybody's points in the open round, where they may be seen
 * @property {number} comments
 * @property {number} reactions
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
function CardInList({ desk, card, mine, rebounds, edit, tally, comments, reactions }) {
  const { store } = desk;
  const words = edit?.command.type === "card.edit" ? edit.command.text : card.text;
  const name = quoted(card.text);
  const rebound = isOpen(card) && may(store, "rebound");
  return (
    <div
      class={edit?.state === "refused" ? "phone-card" : "phone-card phone-card--calm"}
      data-card={card.id}
      ref={desk.seen.watch}
      onClick={(event) => {
        if (!(event.target instanceof Element) || event.target.closest("button, a, input, label")) return;
        if (getSelection()?.toString()) return;
        showDetail(desk, card.id);
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
        comments={comments}
        reactions={reactions}
        onRebounds={() => showDetail(desk, card.id)}
        onParent={(parent) => showDetail(desk, parent)}
      >
        {edit?.state === "refused" && <RefusedEdit desk={desk} card={card} row={edit} />}
        <span class="phone-card__more">
          {rebound && (
            <Button
              class="phone-card__rebound"
              aria-label={t("phone.card.reboundOn", { text: name })}
              onClick={() => startRebound(desk, card.id)}
            >
              <ArcIcon />
              {t("phone.card.rebound")}
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
  sheet.value = { name: "later/rebound", give: { from: [card] } };
}

/**
 * @param {Desk} desk
 * @param {string} card
 */
export function showDetail({ sheet }, card) {
  sheet.value = { name: "later/detail", give: { card } };
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
 * What one can do with a card beyond rebounding on it.
 * @param {Desk} desk
 * @param {Card} card
 * @param {boolean} mine
 * @returns {(import("../components/Menu.jsx").MenuItem | false)[]}
 */
export function menuOf(desk, card, mine) {
  const { store, sheet } = desk;
  const own = mine || store.you.value?.role === "moderator";
  const there = card.state === "shown" || card.state === "pending";
  const groups = isOpen(card) && may(store, "group");
  const moves = own && may(store, "move") && (store.board.value?.sections.length ?? 0) > 0;
  /** @param {string} key @param {string} name @returns {import("../components/Menu.jsx").MenuItem} */
  const opens = (key, name) => ({
    label: t(`phone.card.${key}`),
    onPick: () => void (sheet.value = { name: `later/${name}`, give: { card: card.id } }),
  });
  /** @param {string} key @param {import("@protocol/generated/types.d.ts").ClientCommand} command @param {string} done */
  const does = (key, command, done) => ({
    label: t(`phone.card.${key}`),
    onPick: () => void told(store.submit(command), t(`phone.card.${done}`)),
  });
  return [
    opens("details", "detail"),
    mine && there && may(store, "edit") && opens("edit", "edit"),
    own && there && may(store, "edit") && opens("tags", "tags"),
    groups && opens("stackWith", "stackWith"),
    there && (moves || (groups && store.groups.value.size > 0)) && opens("move", "move"),
    groups && card.group !== undefined && does("takeOff", { type: "group.take", card: card.id }, "tookOff"),
    mine && there && does("withdraw", { type: "card.withdraw", card: card.id }, "withdrawn"),
    mine && card.state === "withdrawn" && does("restore", { type: "card.restore", card: card.id }, "restored"),
    mine && card.state !== "erased" && { ...opens("erase", "erase"), danger: true },
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
            ? { name: "later/stale", give: { card: card.id, row: row.id } }
            : { name: "later/edit", give: { card: card.id, text, row: row.id } };
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

// One idea in the list: the card, "Rebound", and a menu. Redrawn only when its own facts change.
import { Component } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { ArcIcon } from "../components/VerbIcon.jsx";
import { quoted } from "../components/quoted.js";
import { t, tError } from "../i18n/index.js";
import { isFetched, Later } from "./later.jsx";
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
 * @property {number | undefined} votes  mine in it
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
function CardInList({ desk, card, mine, rebounds, edit, tally, votes, comments, reactions }) {
  const { store } = desk;
  const words = edit?.command.type === "card.edit" ? edit.command.text : card.text;
  const name = quoted(card.text);
  const rebound = isOpen(card) && may(store, "rebound");
  return (
    <div
      class={edit?.state === "refused" ? "phone-card" : "phone-card phone-card--calm"}
      data-card={card.id}
      ref={(element) => desk.seen.peek()?.watch(element)}
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
        votes={votes}
        comments={comments}
        reactions={reactions}
        onRebounds={() => showDetail(desk, card.id)}
        onParent={(parent) => showDetail(desk, parent)}
      >
        {edit?.state === "refused" && <Later quiet name="later/edit" part="RefusedEdit" desk={desk} card={card.id} row={edit} />}
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
            <CardMenu desk={desk} card={card} mine={mine} label={t("phone.card.menu", { text: name })} />
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
function showDetail({ sheet }, card) {
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
 * The menu of a card. It is fetched ahead; pressed before it is there, it opens when it has come.
 * @param {{ desk: Desk, card: Card, mine: boolean, label: string }} props
 */
function CardMenu({ desk, card, mine, label }) {
  const place = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const [pressed, setPressed] = useState(false);
  const there = isFetched(MENU);
  useEffect(() => {
    if (!pressed || !there) return;
    setPressed(false);
    place.current?.querySelector("button")?.click();
  }, [pressed, there]);
  return (
    <span ref={place}>
      {there || pressed ? (
        <Later quiet name={MENU} desk={desk} card={card} mine={mine} label={label} />
      ) : (
        <Button kind="bare" iconOnly aria-label={label} aria-haspopup="menu" onClick={() => setPressed(true)}>
          <svg class="menu__dots" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="3" cy="8" r="1.6" />
            <circle cx="8" cy="8" r="1.6" />
            <circle cx="13" cy="8" r="1.6" />
          </svg>
        </Button>
      )}
    </span>
  );
}

const MENU = "later/cardMenu";

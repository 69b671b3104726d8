// A new card of mine on its way, drawn in pencil; or one that was refused: kept, with the reason, to be mended or sent again.
import { CardView } from "../components/CardView.jsx";
import { tError } from "../i18n/index.js";
import { Later } from "./later.jsx";
import { parentsOf } from "./PhoneCard.jsx";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../core/store.js").Outgoing} Outgoing */

/** @param {{ desk: import("./BoardScreen.jsx").Desk, row: Outgoing }} props */
export function OutgoingCard({ desk, row }) {
  const { store } = desk;
  const you = store.you.value;
  const card = cardToBe(row);
  if (!card) return null;
  return (
    <CardView
      card={card}
      author={you && !store.board.value?.anonymous ? { ...you } : null}
      segments={store.board.value?.segments}
      mine
      delivery={row.state}
      problem={row.reason && tError(row.reason)}
      parents={parentsOf(desk, card)}
    >
      {row.state === "refused" && <Later quiet name="later/edit" part="RefusedIdea" desk={desk} row={row} />}
    </CardView>
  );
}

/**
 * How the card will look once it is on the board.
 * @param {Outgoing} row
 * @returns {Card | null}
 */
function cardToBe({ id, command }) {
  if (command.type !== "card.add" && command.type !== "card.rebound" && command.type !== "card.edit") return null;
  /** @type {Card} */
  const card = {
    id: `outgoing.${id}`,
    text: command.text,
    section: null,
    author: null,
    rev: 1,
    parents: [],
    kind: "idea",
    state: "shown",
    at_ms: 0,
    order: 0,
  };
  if (command.type === "card.add") {
    const { kind = card.kind, tags = [], colour } = command;
    return { ...card, kind, ...(tags.length > 0 ? { tags } : {}), ...(colour ? { colour } : {}) };
  }
  if (command.type !== "card.rebound") return card;
  return { ...card, parents: command.parents, verb: command.verb, ...(command.owes ? { owes: command.owes } : {}) };
}

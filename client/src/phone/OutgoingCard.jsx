// A new card of mine on its way, drawn in pencil; or one that was refused: kept, with the reason, to be mended or sent again.
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { t, tError } from "../i18n/index.js";
import { told } from "./notice.js";
import { parentsOf } from "./PhoneCard.jsx";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../core/store.js").Outgoing} Outgoing */

/** @param {{ desk: import("./BoardScreen.jsx").Desk, row: Outgoing }} props */
export function OutgoingCard({ desk, row }) {
  const { store, sheet } = desk;
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
      {row.state === "refused" && (
        <>
          {row.command.type !== "card.edit" && (
            <>
              <Button
                kind="primary"
                onClick={() => {
                  sheet.value = { name: "later/fix", give: { row: row.id } };
                }}
              >
                {t("phone.card.fix")}
              </Button>
              <Button onClick={() => void told(store.retry(row.id), t("phone.compose.sent"))}>
                {t("phone.card.again")}
              </Button>
            </>
          )}
          <Button kind="bare" onClick={() => store.discard(row.id)}>
            {t("phone.card.discard")}
          </Button>
        </>
      )}
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

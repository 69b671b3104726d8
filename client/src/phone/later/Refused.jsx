// What one can do about words that the server has refused: mend them, send them again, or let them go.
import { Button } from "../../components/Button.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";

/** @typedef {import("../../core/store.js").Outgoing} Outgoing */
/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/** A new idea, or a changed text whose card is gone. @param {{ desk: Desk, row: Outgoing }} props */
export function RefusedIdea({ desk: { store, sheet }, row }) {
  return (
    <>
      {row.command.type !== "card.edit" && (
        <>
          <Button
            kind="primary"
            onClick={() => {
              sheet.value = { name: "later/edit", give: { part: "FixSheet", row: row.id } };
            }}
          >
            {t("phone.card.fix")}
          </Button>
          <Button onClick={() => void told(store.retry(row.id), t("phone.compose.sent"))}>{t("phone.card.again")}</Button>
        </>
      )}
      <Button kind="bare" onClick={() => store.discard(row.id)}>
        {t("phone.card.discard")}
      </Button>
    </>
  );
}

/** Another text for a card that is there. @param {{ desk: Desk, card: string, row: Outgoing }} props */
export function RefusedEdit({ desk: { store, sheet }, card, row }) {
  const stale = row.reason?.code === "stale_rev";
  const text = row.command.type === "card.edit" ? row.command.text : "";
  return (
    <>
      <Button
        kind="primary"
        onClick={() => {
          sheet.value = stale
            ? { name: "later/edit", give: { part: "StaleSheet", card, row: row.id } }
            : { name: "later/edit", give: { card, text, row: row.id } };
        }}
      >
        {t(stale ? "phone.card.choose" : "phone.card.fix")}
      </Button>
      <Button onClick={() => store.discard(row.id)}>{t("phone.card.discard")}</Button>
    </>
  );
}

// While an idea is being written: one like it may be there already. Quiet, after a pause, never in the way of sending.
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { quoted } from "../../components/quoted.js";
import { ArcIcon } from "../../components/VerbIcon.jsx";
import { t } from "../../i18n/index.js";
import { isOpen } from "../permits.js";
import { similarCards } from "./similar.js";
import "./similar.css";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, text: string }} props  `text`: as it was at the last pause */
export default function Similar({ desk, text }) {
  const { store, sheet, draftOf, idea } = desk;
  const [found, setFound] = useState(/** @type {string | null} */ (null));
  const [away, setAway] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const live = store.line.value === "live";
  useEffect(() => {
    if (!live) return undefined;
    const giveUp = new AbortController();
    void similarCards(store, text, giveUp.signal).then((cards) => {
      const mine = store.authored.peek();
      const other = cards.find((id) => !mine.has(id) && isOpenCard(store.cards.peek().get(id)));
      if (!giveUp.signal.aborted) setFound(other ?? null);
    });
    return () => giveUp.abort();
  }, [live, store, text]);
  const card = found && !away.has(found) ? store.cards.value.get(found) : undefined;
  return (
    <div class="similar" role="status">
      {card && isOpenCard(card) && (
        <>
          <p class="similar__words">
            <span class="quiet">{t("phone.similar.there")}</span> {quoted(card.text, 90)}
          </p>
          <div class="similar__go">
            <Button
              onClick={() => {
                const rebound = draftOf(`rebound.${card.id}`);
                if (rebound.text.peek() === "") {
                  rebound.write(idea.text.peek());
                  idea.write("");
                }
                sheet.value = { name: "later/rebound", give: { from: [card.id] } };
              }}
            >
              <ArcIcon />
              {t("phone.similar.rebound")}
            </Button>
            <Button kind="bare" onClick={() => setAway(new Set([...away, card.id]))}>
              {t("phone.similar.other")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

/** @param {import("@protocol/generated/types.d.ts").Card | undefined} card */
const isOpenCard = (card) => card !== undefined && card.text !== "" && isOpen(card);

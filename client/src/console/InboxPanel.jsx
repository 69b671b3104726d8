// Ideas that wait for the facilitator's word.
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { quoted } from "../components/resultsWords.js";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ store: BoardStore, desk: Desk }} props */
export function InboxPanel({ store, desk }) {
  const pending = store.ordered.value.filter((card) => card.state === "pending");
  const kept = useKeptFocus("li");
  const segments = store.board.value?.segments;
  return (
    <Panel title={t("console.inbox")} count={pending.length > 0 ? String(pending.length) : undefined}>
      {pending.length === 0 && <p class="quiet small">{t("console.inbox.empty")}</p>}
      <ul class="panel__stack" {...kept}>
        {pending.map((card) => (
          <li key={card.id}>
            <CardView
              card={card}
              author={card.author === null ? null : (store.people.value.get(card.author) ?? null)}
              segments={segments}
            >
              <Button
                aria-label={`${t("console.card.approve")} ${quoted(card.text)}`}
                onClick={() => void desk.act({ type: "card.approve", card: card.id })}
              >
                {t("console.card.approve")}
              </Button>
              <Button
                kind="bare"
                aria-label={`${t("console.inbox.reject")} ${quoted(card.text)}`}
                onClick={() =>
                  void desk.act(
                    { type: "card.remove", card: card.id },
                    { done: "console.card.removed", undo: { type: "card.restore", card: card.id } },
                  )
                }
              >
                {t("console.inbox.reject")}
              </Button>
            </CardView>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

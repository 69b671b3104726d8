// "Move to…": every section as a button, for whoever cannot or will not drag.
import { Button } from "../components/Button.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { t } from "../i18n/index.js";
import { told } from "./notice.js";
import "./MoveSheet.css";

/** @param {{ desk: import("./BoardScreen.jsx").Desk, card: string, onClose: () => void }} props */
export function MoveSheet({ desk, card: id, onClose }) {
  const { store } = desk;
  const here = store.cards.value.get(id)?.section ?? null;
  /** @type {{ id: string | null, title: string }[]} */
  const places = [...(store.board.value?.sections ?? []), { id: null, title: t("common.noSection") }];
  return (
    <Sheet open title={t("phone.move.title")} onClose={onClose}>
      <ul class="move">
        {places.map(({ id: section, title }) => (
          <li key={section}>
            <Button
              class="move__place"
              aria-disabled={section === here}
              aria-current={section === here ? "true" : undefined}
              onClick={() => {
                onClose();
                if (section !== here) void told(store.submit({ type: "card.move", card: id, section }), t("phone.card.moved"));
              }}
            >
              {title}
            </Button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

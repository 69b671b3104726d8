// "Move to…": every stack and every section as a button, for whoever cannot or will not drag.
import { Button } from "../../components/Button.jsx";
import { stackTitle } from "../../components/itemWords.js";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { isOpen, may } from "../permits.js";
import "./move.css";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, card: string, onClose: () => void }} props */
export default function MoveSheet({ desk, card: id, onClose }) {
  const { store } = desk;
  const card = store.cards.value.get(id);
  const here = card?.section ?? null;
  const own = store.authored.value.has(id) || store.you.value?.role === "moderator";
  const cards = store.ordered.value;
  const groups = card && isOpen(card) && may(store, "group") ? [...store.groups.value.values()] : [];
  const sections = store.board.value?.sections ?? [];
  /** @type {{ id: string | null, title: string }[]} */
  const places = own && may(store, "move") && sections.length > 0 ? [...sections, { id: null, title: t("common.noSection") }] : [];
  /**
   * @param {import("@protocol/generated/types.d.ts").ClientCommand} command
   */
  const go = (command) => {
    onClose();
    void told(store.submit(command), t("phone.card.moved"), command);
  };
  return (
    <Sheet open title={t("phone.move.title")} onClose={onClose}>
      {groups.length > 0 && (
        <Places title={t("phone.move.stacks")}>
          {groups.map((group) => (
            <Place
              key={group.id}
              title={stackTitle(group, cards.filter((one) => one.group === group.id))}
              isHere={group.id === card?.group}
              onPress={() => go({ type: "group.add", group: group.id, cards: [id] })}
            />
          ))}
        </Places>
      )}
      {places.length > 0 && (
        <Places title={t("phone.move.sections")}>
          {places.map(({ id: section, title }) => (
            <Place
              key={section}
              title={title}
              isHere={section === here}
              onPress={() => go({ type: "card.move", card: id, section })}
            />
          ))}
        </Places>
      )}
    </Sheet>
  );
}

/** @param {{ title: string, children: import("preact").ComponentChildren }} props */
function Places({ title, children }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul class="move">{children}</ul>
    </section>
  );
}

/** @param {{ title: string, isHere: boolean, onPress: () => void }} props */
function Place({ title, isHere, onPress }) {
  return (
    <li>
      <Button
        class="move__place"
        aria-disabled={isHere}
        aria-current={isHere ? "true" : undefined}
        onClick={() => {
          if (!isHere) onPress();
        }}
      >
        {title}
      </Button>
    </li>
  );
}

// Stacking without dragging: this idea goes with another one, or onto a stack that is there.
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { PickSheet } from "./PickSheet.jsx";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, card: string, onClose: () => void }} props */
export default function StackWithSheet({ desk, card, onClose }) {
  const { store } = desk;
  const here = store.cards.value.get(card)?.group;
  return (
    <PickSheet
      desk={desk}
      title={t("phone.stack.withTitle")}
      taken={[card, ...(here ? [here] : [])]}
      onClose={onClose}
      onPick={(other) => {
        onClose();
        void told(store.submit({ type: "group.make", cards: [other, card] }), t("phone.stack.made"));
      }}
      onStack={(group) => {
        onClose();
        void told(store.submit({ type: "group.add", group, cards: [card] }), t("phone.card.moved"));
      }}
    />
  );
}

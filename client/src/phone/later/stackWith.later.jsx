// Stacking without dragging: this idea goes with another one, or onto a stack that is there.
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { PickSheet } from "./PickSheet.jsx";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, card: string, onClose: () => void }} props */
export default function StackWithSheet({ desk, card, onClose }) {
  const { store } = desk;
  const here = store.cards.value.get(card)?.group;
  /** @param {import("@protocol/generated/types.d.ts").ClientCommand} command @param {import("../../i18n/index.js").Key} done */
  const stack = (command, done) => {
    onClose();
    void told(store.submit(command), t(done), command);
  };
  return (
    <PickSheet
      desk={desk}
      title={t("phone.stack.withTitle")}
      taken={[card, ...(here ? [here] : [])]}
      onClose={onClose}
      onPick={(other) => stack({ type: "group.make", cards: [other, card] }, "phone.stack.made")}
      onStack={(group) => stack({ type: "group.add", group, cards: [card] }, "phone.card.moved")}
    />
  );
}

// Stacking without dragging: this idea goes with another one, or onto a stack that is there.
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { Later } from "../later.jsx";

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
    <Later
      name="later/pick"
      desk={desk}
      title={t("phone.stack.withTitle")}
      taken={[card, ...(here ? [here] : [])]}
      onClose={onClose}
      onPick={(/** @type {string} */ other) => stack({ type: "group.make", cards: [other, card] }, "phone.stack.made")}
      onStack={(/** @type {string} */ group) => stack({ type: "group.add", group, cards: [card] }, "phone.card.moved")}
    />
  );
}

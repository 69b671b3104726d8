// Before the words of a card are erased for good: the one thing nobody can take back.
import { ConfirmSheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, card: string, onClose: () => void }} props */
export default function EraseSheet({ desk, card, onClose }) {
  return (
    <ConfirmSheet
      open
      title={t("phone.card.eraseTitle")}
      confirm={t("phone.card.erase")}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        void told(desk.store.submit({ type: "card.erase", card }));
      }}
    >
      <p>{t("phone.card.eraseLine")}</p>
    </ConfirmSheet>
  );
}

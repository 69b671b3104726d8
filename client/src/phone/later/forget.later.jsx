// Before nothing says any more who this person is: their name, their address, what recognises this phone (LG7).
import { ConfirmSheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, onClose: () => void }} props */
export default function ForgetSheet({ desk: { store }, onClose }) {
  const me = store.you.value?.participant;
  return (
    <ConfirmSheet
      open
      title={t("phone.forget.title")}
      confirm={t("phone.forget.go")}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        if (me) void told(store.ask("POST", `people/${me}/erase`), t("phone.forget.done"));
      }}
    >
      <p>{t("phone.forget.about")}</p>
    </ConfirmSheet>
  );
}

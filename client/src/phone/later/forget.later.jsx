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
        if (me) void told(forget(store, me), t("phone.forget.done"));
      }}
    >
      <p>{t("phone.forget.about")}</p>
    </ConfirmSheet>
  );
}

/**
 * On the server, and in what this page was told when it came: nobody tells it again before the next line.
 * @param {import("../../core/store.js").BoardStore} store
 * @param {string} me
 */
async function forget({ ask, you }, me) {
  await ask("POST", `people/${me}/erase`);
  if (you.value) you.value = { ...you.value, name: null };
}

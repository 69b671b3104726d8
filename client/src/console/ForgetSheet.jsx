// Before nothing says any more who somebody is: their name, their address, what recognises their phone (LG7).
import { ConfirmSheet } from "../components/Sheet.jsx";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";

/** @param {import("./Sheets.jsx").SheetProps & { api: import("./deskApi.js").DeskApi, participant: string, name: string }} props */
export function ForgetSheet({ desk, close, api, participant, name }) {
  const forget = async () => {
    close();
    try {
      await api.forget(participant);
      desk.tell(t("console.people.forgotten"));
    } catch (error) {
      desk.complain(error instanceof Refused ? tError(error) : t("error.unknown"));
    }
  };
  return (
    <ConfirmSheet open title={t("console.people.forgetTitle", { name })} confirm={t("console.people.forgetGo")} onClose={close} onConfirm={() => void forget()}>
      <p>{t("console.people.forgetAbout")}</p>
    </ConfirmSheet>
  );
}

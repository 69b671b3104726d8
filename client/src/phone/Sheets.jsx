// What covers the board for a moment, by what was asked for: one row a kind.
import { ConfirmSheet } from "../components/Sheet.jsx";
import { t } from "../i18n/index.js";
import { DetailSheet } from "./DetailSheet.jsx";
import { EditSheet, FixSheet, StaleSheet } from "./EditSheet.jsx";
import { MoveSheet } from "./MoveSheet.jsx";
import { told } from "./notice.js";
import { ReboundSheet } from "./ReboundSheet.jsx";
import { SettingsSheet } from "./SettingsSheet.jsx";

/** @typedef {import("./BoardScreen.jsx").Desk} Desk */
/** @typedef {import("./BoardScreen.jsx").Open} Open */

/** @param {{ desk: Desk }} props */
export function Sheets({ desk }) {
  const open = desk.sheet.value;
  if (!open) return null;
  const close = () => {
    desk.sheet.value = null;
  };
  switch (open.kind) {
    case "settings":
      return <SettingsSheet desk={desk} onClose={close} />;
    case "detail":
      return <DetailSheet desk={desk} card={open.card} onClose={close} />;
    case "rebound":
      return <ReboundSheet key={open.parents.join()} desk={desk} from={open.parents} onClose={close} />;
    case "edit":
      return <EditSheet desk={desk} card={open.card} text={open.text} row={open.row} onClose={close} />;
    case "fix":
      return <FixSheet desk={desk} row={open.row} onClose={close} />;
    case "stale":
      return <StaleSheet desk={desk} card={open.card} row={open.row} onClose={close} />;
    case "move":
      return <MoveSheet desk={desk} card={open.card} onClose={close} />;
    case "erase":
      return (
        <ConfirmSheet
          open
          title={t("phone.card.eraseTitle")}
          confirm={t("phone.card.erase")}
          onClose={close}
          onConfirm={() => {
            close();
            void told(desk.store.submit({ type: "card.erase", card: open.card }));
          }}
        >
          <p>{t("phone.card.eraseLine")}</p>
        </ConfirmSheet>
      );
    default:
      return assertNever(open);
  }
}

/** @param {never} open @returns {never} */
function assertNever(open) {
  throw new Error(`unknown sheet ${JSON.stringify(open)}`);
}

// A board's QR code, drawn by the server. Always dark on white, its quiet margin in the picture: a camera knows no dark theme.
import { t } from "../i18n/index.js";
import "./QrView.css";
import "./later/texts.js";

/** @param {{ code: string, address: string }} props `address`: where it leads, for whoever cannot see it */
export function QrView({ code, address }) {
  const source = `/api/boards/${encodeURIComponent(code)}/qr.svg`;
  return <img class="qr" src={source} alt={t("part.qr", { address })} width="200" height="200" />;
}

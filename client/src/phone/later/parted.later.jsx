// The board and this phone have parted for good, or until somebody joins again: one sentence why, one thing to do.
import { Screen } from "../../components/Screen.jsx";
import { t } from "../../i18n/index.js";
import { Lost } from "../Phone.jsx";
import "./texts.js";

/** Close codes after which joining again may help. */
const STALE = new Set(["bad_token", "expired_token", "wrong_board"]);

/** @param {{ code: string, onStale: () => void }} props */
export default function Parted({ code, onStale }) {
  const home = { label: t("phone.home"), href: "/" };
  const why = t(/** @type {import("../../i18n/keys.js").Under<"close.">} */ (`close.${code}`));
  switch (code) {
    case "removed":
    case "ended":
      return <Screen whole kind={code} action={home} />;
    case "unknown_board":
      return <Lost />;
    default:
      return STALE.has(code) ? (
        <Screen whole kind="ended" sentence={why} action={{ label: t("phone.rejoin"), onPress: onStale }} />
      ) : (
        <Screen whole kind="offline" sentence={why} action={{ label: t("common.retry"), onPress: () => location.reload() }} />
      );
  }
}

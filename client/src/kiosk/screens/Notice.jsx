// One sentence and one thing to do, in the frame of the kiosk: what is away, full, over, or not there yet.
import { Screen } from "../../components/Screen.jsx";
import { Frame } from "./Frame.jsx";
import { useVisit } from "./context.js";
import { t } from "../../i18n/index.js";

/**
 * @param {{
 *   kind: import("../../components/Screen.jsx").ScreenKind,
 *   name: string,
 *   sentence: string,
 *   action?: { label: string, onPress: () => void },
 * }} props without an action: home
 */
export function Notice({ kind, name, sentence, action }) {
  const { go } = useVisit();
  return (
    <Frame name={name}>
      <Screen kind={kind} sentence={sentence} action={action ?? { label: t("kiosk.card.home"), onPress: () => go({ at: "home" }) }} />
    </Frame>
  );
}

// One sentence and one thing to do, in the frame of the kiosk: what is away, full, over, or not there yet.
import { Screen } from "../../components/Screen.jsx";
import { t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { Frame } from "./Frame.jsx";

/**
 * @param {{
 *   kind: import("../../components/Screen.jsx").ScreenKind,
 *   name: string,
 *   sentence: string,
 *   action?: { label: string, onPress: () => void } | null,
 * }} props without an action: home; null: there is nothing to do
 */
export function Notice({ kind, name, sentence, action }) {
  const { go } = useVisit();
  const home = { label: t("kiosk.card.home"), onPress: () => go({ at: "home" }) };
  return (
    <Frame name={name}>
      <Screen heading kind={kind} sentence={sentence} action={action === undefined ? home : (action ?? undefined)} />
    </Frame>
  );
}

// "Undo" beside the words that say what I have just done, as long as nobody has changed it since.
import { Button } from "../../components/Button.jsx";
import { t } from "../../i18n/index.js";
import { notice, told } from "../notice.js";
import "./undo.css";
import "./texts.js";

/**
 * @param {{ store: import("../../core/store.js").BoardStore, of: import("@protocol/generated/types.d.ts").ClientCommand }} props
 */
export default function Undo({ store, of }) {
  void store.undo.value; // has the ways back fetched
  const { can, undo } = store.undoOf([of]);
  if (!can) return null;
  return (
    <Button
      kind="bare"
      class="undo"
      onClick={() => {
        notice.value = null;
        void told(undo(), t("phone.undo.done"));
      }}
    >
      {t("phone.undo")}
    </Button>
  );
}

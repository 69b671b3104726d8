// The tags and the colour of a card that is on the board.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { TagFields, tagsOf } from "./TagFields.jsx";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, card: string, onClose: () => void }} props */
export default function TagsSheet({ desk, card: id, onClose }) {
  const { store } = desk;
  const [card] = useState(() => store.cards.peek().get(id));
  const [tags, setTags] = useState(card?.tags ?? []);
  const [colour, setColour] = useState(card?.colour ?? null);
  return (
    <Sheet
      open
      title={t("phone.card.tags")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            kind="primary"
            onClick={() => {
              onClose();
              /** @type {import("@protocol/generated/types.d.ts").CardTag} */
              const command = { type: "card.tag", card: id, tags, colour };
              void told(store.submit(command), t("phone.edit.saved"), command);
            }}
          >
            {t("common.save")}
          </Button>
        </>
      }
    >
      <TagFields
        tags={tags}
        colour={colour}
        known={tagsOf(store.cards.value.values())}
        onTags={setTags}
        onColour={setColour}
      />
    </Sheet>
  );
}

// A stack, open: its ideas one below the other, each with its menu; its title, and taking it apart, for whoever may group.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { stackTitle } from "../../components/itemWords.js";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { factsOf } from "../CardList.jsx";
import { told } from "../notice.js";
import { may } from "../permits.js";
import { PhoneCard } from "../PhoneCard.jsx";
import "./stack.css";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, group: string, onClose: () => void }} props */
export default function StackSheet({ desk, group: id, onClose }) {
  const { store } = desk;
  const [naming, setNaming] = useState(/** @type {string | null} */ (null));
  const group = store.groups.value.get(id);
  const cards = store.ordered.value.filter((card) => card.group === id);
  const title = stackTitle(group, cards);
  if (!group) {
    return (
      <Sheet open title={t("phone.stack.one")} onClose={onClose}>
        <p>{t("phone.stack.gone")}</p>
      </Sheet>
    );
  }
  const rename = () => {
    const words = naming?.trim() ?? "";
    setNaming(null);
    if (words !== (group.title ?? "")) {
      /** @type {import("@protocol/generated/types.d.ts").ClientCommand} */
      const command = { type: "group.rename", group: id, title: words || null };
      void told(store.submit(command), t("phone.edit.saved"), command);
    }
  };
  return (
    <Sheet
      open
      title={title}
      onClose={onClose}
      foot={
        may(store, "group") &&
        naming === null && (
          <>
            <Button
              onClick={() => {
                onClose();
                const command = /** @type {const} */ ({ type: "group.dissolve", group: id });
                void told(store.submit(command), t("phone.stack.undone"), command);
              }}
            >
              {t("phone.stack.undo")}
            </Button>
            <Button kind="primary" onClick={() => setNaming(group.title ?? "")}>
              {t(group.title ? "phone.stack.rename" : "phone.stack.name")}
            </Button>
          </>
        )
      }
    >
      {naming !== null && (
        <form
          class="stack-name"
          onSubmit={(event) => {
            event.preventDefault();
            rename();
          }}
        >
          <label class="field">
            <span>{t("phone.stack.title")}</span>
            <input
              class="input"
              value={naming}
              maxLength={TITLE_CHARS}
              ref={focused}
              enterkeyhint="done"
              onInput={(event) => setNaming(event.currentTarget.value)}
            />
          </label>
          <div class="stack-name__go">
            <Button onClick={() => setNaming(null)}>{t("common.cancel")}</Button>
            <Button type="submit" kind="primary">
              {t("common.save")}
            </Button>
          </div>
        </form>
      )}
      <ol class="stack-cards">
        {cards.map((card) => (
          <li key={card.id}>
            <PhoneCard {...factsOf(store, card, store.authored.value, new Map())} desk={desk} />
          </li>
        ))}
      </ol>
    </Sheet>
  );
}

/** The protocol's TITLE_CHARS. */
const TITLE_CHARS = 200;

/** @param {HTMLInputElement | null} field */
const focused = (field) => field?.focus();

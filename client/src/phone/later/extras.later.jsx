// What the next idea is besides its words: an idea or a question, tags, a colour. Chosen before it is sent, shown above the field.
import { Button } from "../../components/Button.jsx";
import { Segmented } from "../../components/Segmented.jsx";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { NO_EXTRAS } from "../BoardScreen.jsx";
import { TagFields, tagsOf } from "./TagFields.jsx";
import "./extras.css";

/** @typedef {import("../BoardScreen.jsx").Desk} Desk */
/** @typedef {import("@protocol/generated/types.d.ts").CardKind} CardKind */

/** What people write; a stimulus is brought in by the facilitator. */
const KINDS = /** @type {const} */ (["idea", "question", "feedback"]);

/** @param {{ desk: Desk, onClose: () => void }} props */
export default function ExtrasSheet({ desk, onClose }) {
  const { extras, store } = desk;
  const { kind, tags, colour } = extras.value;
  /** @param {Partial<import("../BoardScreen.jsx").Extras>} change */
  const set = (change) => {
    extras.value = { ...extras.peek(), ...change };
  };
  return (
    <Sheet
      open
      title={t("phone.compose.more")}
      onClose={onClose}
      foot={
        <Button kind="primary" onClick={onClose}>
          {t("phone.extras.done")}
        </Button>
      }
    >
      <Segmented
        showLabel
        label={t("phone.extras.kind")}
        options={KINDS.map((one) => ({ value: /** @type {CardKind} */ (one), label: t(`kind.${one}`) }))}
        value={kind}
        onChange={(next) => set({ kind: next })}
      />
      <TagFields
        tags={tags}
        colour={colour}
        known={tagsOf(store.cards.value.values())}
        onTags={(next) => set({ tags: next })}
        onColour={(next) => set({ colour: next })}
      />
    </Sheet>
  );
}

/** What was chosen, in one line above the field, and a way to drop it. @param {{ desk: Desk }} props */
export function ExtrasLine({ desk }) {
  const { kind, tags, colour } = desk.extras.value;
  return (
    <p class="extras-line">
      {kind !== "idea" && <strong>{t(`kind.${kind}`)}</strong>}
      {tags.map((tag) => (
        <span key={tag}>#{tag}</span>
      ))}
      {colour !== null && (
        <span class="extras-line__colour" data-colour={colour}>
          <span class="only-said">{t(/** @type {import("../../i18n/keys.js").Under<"phone.colour.">} */ (`phone.colour.${colour}`))}</span>
        </span>
      )}
      <Button
        kind="bare"
        iconOnly
        aria-label={t("phone.extras.drop")}
        onClick={() => {
          desk.extras.value = NO_EXTRAS;
        }}
      >
        <svg class="sheet__cross" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 3l10 10M13 3 3 13" />
        </svg>
      </Button>
    </p>
  );
}

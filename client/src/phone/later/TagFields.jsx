// Tags and a colour of one's own choosing: a field that takes one tag after the other, and six colours told by name too.
import { useId, useState } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../../components/Button.jsx";
import { t } from "../../i18n/index.js";
import "./TagFields.css";
import "./texts.js";

const COLOURS = Array.from({ length: LIMITS.COLOURS }, (_, place) => place + 1);

/**
 * @param {{ tags: readonly string[], colour: number | null, known: readonly string[],
 *   onTags: (tags: string[]) => void, onColour: (colour: number | null) => void }} props  `known`: tags of the board
 */
export function TagFields({ tags, colour, known, onTags, onColour }) {
  const [text, setText] = useState("");
  const id = useId();
  const full = tags.length >= LIMITS.TAGS_PER_CARD;
  const add = () => {
    const tag = text.trim().replace(/^#/, "");
    setText("");
    if (tag && !full && !tags.includes(tag)) onTags([...tags, tag]);
  };
  return (
    <>
      <div class="field">
        <label for={`${id}-tag`}>{t("phone.tags.label")}</label>
        {tags.length > 0 && (
          <ul class="tag-fields__tags">
            {tags.map((tag) => (
              <li key={tag}>
                <Button aria-label={t("phone.tags.remove", { tag })} onClick={() => onTags(tags.filter((one) => one !== tag))}>
                  {tag}
                  <svg class="sheet__cross" viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M3 3l10 10M13 3 3 13" />
                  </svg>
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div class="tag-fields__row">
          <input
            class="input"
            id={`${id}-tag`}
            list={`${id}-known`}
            value={text}
            maxLength={LIMITS.TAG_CHARS}
            readOnly={full}
            enterkeyhint="done"
            autoCapitalize="none"
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              add();
            }}
          />
          <Button aria-disabled={full || !text.trim()} onClick={add}>
            {t("phone.tags.add")}
          </Button>
        </div>
        <datalist id={`${id}-known`}>
          {known.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
        {full && <p class="quiet small">{t("phone.tags.full")}</p>}
      </div>
      <fieldset>
        <legend class="tag-fields__legend">{t("phone.colour.label")}</legend>
        <div class="tag-fields__row">
          {[null, ...COLOURS].map((one) => (
            <label key={one ?? 0} class="tag-fields__colour" data-colour={one ?? undefined}>
              <input
                type="radio"
                name={`${id}-colour`}
                checked={colour === one}
                aria-label={t(/** @type {import("../../i18n/keys.js").Under<"phone.colour.">} */ (`phone.colour.${one ?? 0}`))}
                onChange={() => onColour(one)}
              />
              <span aria-hidden="true" />
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}

/**
 * The tags there are on the board, the most used first.
 * @param {Iterable<import("@protocol/generated/types.d.ts").Card>} cards
 * @returns {string[]}
 */
export function tagsOf(cards) {
  /** @type {Map<string, number>} */
  const used = new Map();
  for (const card of cards) for (const tag of card.tags ?? []) used.set(tag, (used.get(tag) ?? 0) + 1);
  return [...used].sort(([, a], [, b]) => b - a).map(([tag]) => tag);
}

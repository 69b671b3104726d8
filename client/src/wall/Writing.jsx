// While people write privately: how many ideas there are, as a number and as paper face down. Never what they say.
import { t } from "../i18n/index.js";

const BACKS_SHOWN = 48;

/** @param {{ sealed: number, writing: number }} props */
export function Writing({ sealed, writing }) {
  return (
    <div class="writing">
      <p class="writing__count">
        {sealed > 0 && <strong class="writing__number">{sealed}</strong>}
        <span class="writing__words">{t("wall.sealed", { n: sealed })}</span>
      </p>
      <div class="writing__backs" aria-hidden="true">
        {Array.from({ length: Math.min(sealed, BACKS_SHOWN) }, (_, place) => (
          <span key={place} class="writing__back" data-turn={place % 5} />
        ))}
      </div>
      {(sealed > 0 || writing > 0) && (
        <p class="writing__about">
          {writing > 0 ? t("wall.writing", { n: writing }) : t("wall.sealed.about")}
        </p>
      )}
    </div>
  );
}

// One idea to touch: its picture or its arc, its words, where it stands. And a plain choice, for whatever is no idea.
import { ArcIcon } from "../../components/VerbIcon.jsx";
import "../../components/lab/texts.js";
import { t } from "../../i18n/index.js";
import { langOf, pictureOf } from "./faces.js";
import "./Tile.css";

/** @param {{ face: import("./faces.js").Face, onPress: () => void, place?: boolean }} props `place`: say which board it is of */
export function Tile({ face, onPress, place = false }) {
  const picture = pictureOf(face, 480);
  const note = face.stages.at(-1)?.note;
  return (
    <button type="button" class="tile" data-picture={picture ? true : undefined} onClick={onPress}>
      {picture && <img class="tile__picture" src={picture} alt="" draggable={false} />}
      <span class="tile__words">
        <span class="tile__text" lang={langOf(face)} dir="auto">
          {face.card.text}
        </span>
        <span class="tile__quiet">
          <span>{t(`part.stage.${face.stage}`)}</span>
          {place && (
            <span lang={face.board.locale} dir="auto">
              {face.board.title.value}
            </span>
          )}
        </span>
        {note && (
          <span class="tile__note" lang={face.board.locale} dir="auto">
            {note}
          </span>
        )}
      </span>
    </button>
  );
}

/**
 * @param {{
 *   title: string,
 *   about?: string,
 *   count?: number,
 *   lang?: string,
 *   strong?: boolean,
 *   sign?: import("preact").ComponentChildren,
 *   disabled?: boolean,
 *   onPress: () => void,
 * }} props
 */
export function Choice({ title, about, count, lang, strong = false, sign, disabled = false, onPress }) {
  return (
    <button type="button" class="choice" data-strong={strong || undefined} aria-disabled={disabled || undefined} onClick={disabled ? undefined : onPress}>
      <span class="choice__sign">{sign ?? <ArcIcon />}</span>
      <span class="choice__words">
        <strong class="choice__title" lang={lang} dir="auto">
          {title}
        </strong>
        {about && <span class="choice__about">{about}</span>}
      </span>
      {count !== undefined && (
        <span class="choice__count" aria-hidden="true">
          {count}
        </span>
      )}
      {count !== undefined && <span class="only-said">{t("kiosk.stage.count", { n: count })}</span>}
    </button>
  );
}

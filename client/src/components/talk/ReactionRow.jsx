// Five reactions, each a sign with its word for a screen reader and its number. With `onReact` they are buttons, one of them mine.
import { t } from "../../i18n/index.js";
import "./ReactionRow.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Reaction} Reaction */

/** In the order of the protocol. @type {Record<Reaction, string>} strokes in a 24 × 24 box */
const SIGNS = {
  heart: "M12 20C3.2 13.4 2.6 10 2.6 8.2A4.7 4.7 0 0 1 12 7.2a4.7 4.7 0 0 1 9.4 1c0 1.8-.6 5.2-9.4 11.8Z",
  spark: "M12 2.5v5M12 16.5v5M2.5 12h5M16.5 12h5M5.4 5.4l3.4 3.4M15.2 15.2l3.4 3.4M18.6 5.4l-3.4 3.4M8.8 15.2l-3.4 3.4",
  thanks: "M7 13V5.6a1.6 1.6 0 0 1 3.2 0V12M10.2 11V3.8a1.6 1.6 0 0 1 3.2 0V11M13.4 11.4V5.2a1.6 1.6 0 0 1 3.2 0v9c0 4.6-2.4 7-6 7-3.2 0-5-1.6-7.2-6.4-.6-1.4.2-2.6 1.4-2.6.9 0 1.6.5 2.2 1.6Z",
  laugh: "M12 2.6a9.4 9.4 0 1 1 0 18.8a9.4 9.4 0 1 1 0-18.8ZM7.4 13.4h9.2c-.4 3-2.2 4.6-4.6 4.6s-4.2-1.6-4.6-4.6ZM7.6 9.6c.7-1.2 2-1.2 2.7 0M13.7 9.6c.7-1.2 2-1.2 2.7 0",
  wonder: "M8 8.4C8 5.8 9.7 4 12.1 4s4.1 1.6 4.1 3.9c0 3.5-4.1 3.6-4.1 7.1M12.1 19.6v.4",
};
export const REACTIONS = /** @type {Reaction[]} */ (Object.keys(SIGNS));

/**
 * @param {{
 *   counts?: Partial<Record<Reaction, number>>,
 *   mine?: Reaction | null,
 *   onReact?: (reaction: Reaction | null) => void,
 *   label?: string,
 *   disabled?: boolean,
 * }} props `onReact`: null takes mine back; without it only what was given is shown
 */
export function ReactionRow({ counts = {}, mine = null, onReact, label, disabled = false }) {
  if (!onReact) return <ReactionCounts counts={counts} />;
  return (
    <div class="reactions" role="group" aria-label={label ?? t("part.reactions")}>
      {REACTIONS.map((reaction) => (
        <button
          key={reaction}
          type="button"
          class="reactions__one"
          aria-pressed={reaction === mine}
          aria-disabled={disabled || undefined}
          onClick={() => !disabled && onReact(reaction === mine ? null : reaction)}
        >
          <ReactionSign reaction={reaction} />
          <span class="only-said">{t(`part.reaction.${reaction}`)}</span>
          {(counts[reaction] ?? 0) > 0 && <span class="reactions__count">{counts[reaction]}</span>}
        </button>
      ))}
    </div>
  );
}

/** @param {{ counts: Partial<Record<Reaction, number>> }} props */
function ReactionCounts({ counts }) {
  const given = REACTIONS.filter((reaction) => (counts[reaction] ?? 0) > 0);
  if (given.length === 0) return null;
  return (
    <ul class="reactions" aria-label={t("part.reactions")}>
      {given.map((reaction) => (
        <li key={reaction} class="reactions__given">
          <ReactionSign reaction={reaction} />
          <span aria-hidden="true">{counts[reaction]}</span>
          <span class="only-said">{t("part.reaction.count", { reaction: t(`part.reaction.${reaction}`), n: counts[reaction] ?? 0 })}</span>
        </li>
      ))}
    </ul>
  );
}

/** @param {{ reaction: Reaction }} props */
export function ReactionSign({ reaction }) {
  return (
    <svg class="reactions__sign" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SIGNS[reaction]} />
    </svg>
  );
}

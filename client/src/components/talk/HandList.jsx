// Whose hands are up, in the order they went up: whoever was first speaks first.
import { t } from "../../i18n/index.js";
import { AuthorMark } from "../AuthorMark.jsx";
import { BadgeSign } from "../Badge.jsx";
import "./HandList.css";
import "./texts.js";

/**
 * @param {{
 *   hands: readonly import("@protocol/generated/types.d.ts").Hand[],
 *   people: ReadonlyMap<string, import("../AuthorMark.jsx").ParticipantView>,
 *   segments?: readonly import("../AuthorMark.jsx").Segment[],
 *   atMost?: number,
 *   actionsFor?: (participant: string) => import("preact").ComponentChildren,
 * }} props
 */
export function HandList({ hands, people, segments = [], atMost = Infinity, actionsFor }) {
  if (hands.length === 0) return null;
  return (
    <ol class="hands" aria-label={t("part.hands")}>
      {hands.slice(0, atMost).map(({ participant }) => (
        <li key={participant} class="hands__one">
          <BadgeSign kind="hand" />
          <AuthorMark person={people.get(participant)} segments={segments} />
          {actionsFor?.(participant)}
        </li>
      ))}
      {hands.length > atMost && <li class="quiet">+{hands.length - atMost}</li>}
    </ol>
  );
}

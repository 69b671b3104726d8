// Who wrote this: the segment's mark and a name; an avatar word where no name was given; nobody where none may be told.
import { t } from "../i18n/index.js";
import { SegmentMark } from "./SegmentMark.jsx";
import { avatarWords } from "./avatarWords.js";
import "./AuthorMark.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").ParticipantView} ParticipantView */
/** @typedef {import("@protocol/generated/types.d.ts").Segment} Segment */

/**
 * The name to write for somebody.
 * @param {Pick<ParticipantView, "participant" | "name"> | null | undefined} person null: nobody that may be told
 * @returns {string}
 */
export function nameOf(person) {
  if (!person) return t("part.somebody");
  return person.name || avatarWords(person.participant);
}

/**
 * @param {{ person: ParticipantView | null | undefined, segments?: readonly Segment[], mine?: boolean }} props
 */
export function AuthorMark({ person, segments = [], mine = false }) {
  const place = person?.segment ? segments.findIndex((segment) => segment.id === person.segment) : -1;
  return (
    <span class="author-mark" data-staff={isStaff(person) || undefined}>
      {place >= 0 && <SegmentMark place={place} label={segments[place]?.label} />}
      {(person || !mine) && <span class="author-mark__name">{nameOf(person)}</span>}
      {mine && <span class="author-mark__you">{t("common.you")}</span>}
      {isStaff(person) && <span class="author-mark__badge">{t("part.staff")}</span>}
    </span>
  );
}

/** @param {ParticipantView | null | undefined} person */
const isStaff = (person) => person?.role === "staff" || person?.role === "moderator";

// What was said about a card, oldest first. Actions are a surface's: a menu for one's own, or a moderator's.
import { t } from "../../i18n/index.js";
import { AuthorMark } from "../AuthorMark.jsx";
import { Badge } from "../Badge.jsx";
import "./CommentList.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Comment} Comment */

/**
 * @param {{
 *   comments: readonly Comment[],
 *   people: ReadonlyMap<string, import("../AuthorMark.jsx").ParticipantView>,
 *   segments?: readonly import("../AuthorMark.jsx").Segment[],
 *   me?: string | null,
 *   actionsFor?: (comment: Comment) => import("preact").ComponentChildren,
 * }} props
 */
export function CommentList({ comments, people, segments = [], me = null, actionsFor }) {
  if (comments.length === 0) return <p class="quiet">{t("part.comments.none")}</p>;
  return (
    <ol class="comments">
      {comments.map((comment) => (
        <li key={comment.id} class="comments__one" data-state={comment.state}>
          <p class="comments__who">
            <AuthorMark
              person={comment.author === null ? null : people.get(comment.author)}
              segments={segments}
              mine={me !== null && comment.author === me}
            />
            {comment.state === "pending" && <Badge kind="waits">{t("part.comment.pending")}</Badge>}
            {(comment.state === "withdrawn" || comment.state === "removed") && (
              <span class="small">{t(`part.comment.${comment.state}`)}</span>
            )}
          </p>
          <p class="comments__text" dir="auto">
            {comment.text}
          </p>
          {actionsFor && <div class="comments__actions">{actionsFor(comment)}</div>}
        </li>
      ))}
    </ol>
  );
}

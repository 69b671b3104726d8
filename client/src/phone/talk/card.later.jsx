// Under an idea in its sheet: my reaction, and what was said about it. A comment on its way stands in the list already.
import { Button } from "../../components/Button.jsx";
import { CommentList } from "../../components/talk/CommentList.jsx";
import { ReactionRow } from "../../components/talk/ReactionRow.jsx";
import { TextArea } from "../../components/TextArea.jsx";
import { LIMITS } from "@protocol/generated/tables.js";
import { t, tError } from "../../i18n/index.js";
import { notify, told } from "../notice.js";
import { may } from "../permits.js";
import "./talk.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Comment} Comment */
/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk, card: Card }} props */
export default function CardTalk({ desk, card }) {
  const { store } = desk;
  const me = store.you.value?.participant ?? null;
  const reacts = may(store, "react");
  const mine = store.myReactions.value[card.id] ?? null;
  const counts = store.reactions.value.get(card.id) ?? {};
  return (
    <section class="talk" aria-labelledby={`talk-${card.id}`}>
      <ReactionRow
        counts={counts}
        mine={mine}
        label={t("talk.reactions")}
        onReact={reacts ? (reaction) => void told(store.submit({ type: "reaction.set", card: card.id, reaction })) : undefined}
      />
      <h3 id={`talk-${card.id}`}>{t("talk.comments")}</h3>
      <CommentList
        comments={store.comments.value.get(card.id) ?? []}
        people={store.people.value}
        segments={store.board.value?.segments ?? []}
        me={me}
        actionsFor={(comment) => <CommentActions desk={desk} comment={comment} me={me} />}
      />
      <OnTheirWay desk={desk} card={card.id} />
      {may(store, "comment") ? <Write key={card.id} desk={desk} card={card.id} /> : <p class="quiet">{t("talk.closed")}</p>}
    </section>
  );
}

/** @param {{ desk: Desk, comment: Comment, me: string | null }} props */
function CommentActions({ desk: { store }, comment, me }) {
  const mine = me !== null && comment.author === me;
  const moderates = store.you.value?.role === "moderator";
  /** @param {"comment.withdraw" | "comment.restore" | "comment.remove" | "comment.approve"} type @param {import("../../i18n/index.js").Key} label */
  const action = (type, label) => (
    <Button kind="bare" onClick={() => void told(store.submit({ type, comment: comment.id }))}>
      {t(label)}
    </Button>
  );
  const there = comment.state === "shown" || comment.state === "pending";
  return (
    <>
      {moderates && comment.state === "pending" && action("comment.approve", "talk.approve")}
      {mine && there && action("comment.withdraw", "talk.withdraw")}
      {mine && comment.state === "withdrawn" && action("comment.restore", "talk.restore")}
      {moderates && !mine && there && action("comment.remove", "talk.remove")}
    </>
  );
}

/** My comments that the server has not answered, and those it refused: the words stay until I say otherwise. @param {{ desk: Desk, card: string }} props */
function OnTheirWay({ desk: { store }, card }) {
  const rows = store.outgoing.value.filter(({ command }) => command.type === "comment.add" && command.card === card);
  if (rows.length === 0) return null;
  return (
    <ul class="talk__going">
      {rows.map((row) => (
        <li key={row.id} class="talk__one" data-state={row.state}>
          <p dir="auto">{row.command.type === "comment.add" && row.command.text}</p>
          {row.state === "sending" && <p class="quiet small">{t("talk.sending")}</p>}
          {row.state === "refused" && (
            <>
              <p class="talk__problem">{row.reason && tError(row.reason)}</p>
              <Button onClick={() => void told(store.retry(row.id))}>{t("talk.again")}</Button>
              <Button kind="bare" onClick={() => void store.discard(row.id)}>
                {t("talk.discard")}
              </Button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** @param {{ desk: Desk, card: string }} props */
function Write({ desk: { store, draftOf }, card }) {
  const words = draftOf(`comment.${card}`);
  const text = words.text.value;
  const send = async () => {
    const said = text.trim();
    if (!said) return;
    words.lift();
    try {
      const { answer } = await store.keep({ type: "comment.add", card, text: said });
      words.drop();
      if (store.status.value !== "live") notify(t("talk.kept"));
      await told(answer, t(store.board.value?.step.approve ? "talk.pending" : "talk.sent"));
    } catch {
      words.write(said); // it could not be kept here: the words come back
    }
  };
  return (
    <form
      class="talk__write"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextArea
        label={t("talk.write")}
        hideLabel
        placeholder={t("talk.placeholder")}
        value={text}
        maxChars={LIMITS.COMMENT_CHARS}
        rows={1}
        onInput={(next) => {
          words.write(next);
          store.writing(true);
        }}
        onSubmit={() => void send()}
      />
      <Button type="submit" kind="strong">
        {t("talk.send")}
      </Button>
    </form>
  );
}

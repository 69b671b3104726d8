// Sheets about cards: one card in full with its talk; several to be stacked, merged, moved, tagged; words to be erased.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { quoted } from "../components/quoted.js";
import { Segmented } from "../components/Segmented.jsx";
import { ConfirmSheet, Sheet } from "../components/Sheet.jsx";
import { opinionsText } from "../components/lab/opinions.js";
import { CommentList } from "../components/talk/CommentList.jsx";
import { ReactionRow } from "../components/talk/ReactionRow.jsx";
import { TextArea } from "../components/TextArea.jsx";
import { wordsOf } from "../components/cardWords.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { opinionsOf } from "../core/lab.js";
import { t } from "../i18n/index.js";
import { LineSheet } from "./LineSheet.jsx";
import "./CardSheets.css";

/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */
/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

/** @param {import("../core/store.js").BoardStore} store @param {readonly string[]} ids @returns {Card[]} those that are still there */
const cardsAt = (store, ids) => ids.flatMap((id) => store.cards.value.get(id) ?? []);

/** @param {{ cards: readonly Card[] }} props */
function Quoted({ cards }) {
  return (
    <ul class="panel__stack">
      {cards.map((card) => (
        <li key={card.id}>
          <blockquote class="quoted-card">{wordsOf(card)}</blockquote>
        </li>
      ))}
    </ul>
  );
}

/** @param {SheetProps & { card: string }} props */
export function CardSheet({ store, desk, close, card: id }) {
  const card = store.cards.value.get(id);
  const comments = (store.comments.value.get(id) ?? []).filter((one) => one.state !== "erased");
  const segments = store.board.value?.segments ?? [];
  const opinions = store.board.value ? opinionsText(opinionsOf(store.board.value, id)) : "";
  const people = store.people.value;
  const said = useSignal("");
  const kept = useKeptFocus("li");
  if (!card) return null;
  /** @param {string | null} author */
  const person = (author) => (author === null ? null : (people.get(author) ?? null));
  const say = async () => {
    if (said.value.trim() && (await desk.act({ type: "comment.add", card: id, text: said.value }))) said.value = "";
  };
  return (
    <Sheet open title={t("console.card.lookTitle")} onClose={close}>
      <CardView
        card={card}
        author={person(card.author)}
        segments={segments}
        parents={card.parents.map((parent) => ({ id: parent, author: person(store.cards.value.get(parent)?.author ?? null), text: store.cards.value.get(parent)?.text }))}
        rebounds={store.childrenOf.value.get(id)?.length ?? 0}
      />
      <ReactionRow counts={store.reactions.value.get(id)} />
      {opinions && <p class="quiet">{t("console.opinions", { said: opinions })}</p>}
      <h3>{t("console.comments", { n: comments.length })}</h3>
      <div {...kept}>
        {comments.length > 0 && (
          <CommentList
            comments={comments}
            people={people}
            segments={segments}
            actionsFor={(comment) => <CommentActions desk={desk} comment={comment} />}
          />
        )}
      </div>
      <form
        class="panel__stack"
        onSubmit={(event) => {
          event.preventDefault();
          void say();
        }}
      >
        <TextArea
          label={t("console.comment.add")}
          value={said.value}
          maxChars={LIMITS.COMMENT_CHARS}
          onInput={(value) => (said.value = value)}
          onSubmit={() => void say()}
        />
        <Button type="submit" class="panel__start" busy={desk.isUnderWay("comment.add")}>
          {t("console.comment.go")}
        </Button>
      </form>
    </Sheet>
  );
}

/** @param {{ desk: import("./desk.js").Desk, comment: import("@protocol/generated/types.d.ts").Comment }} props */
function CommentActions({ desk, comment: { id, state, text } }) {
  if (state === "removed" || state === "withdrawn") {
    return <Button onClick={() => void desk.act({ type: "comment.restore", comment: id })}>{t("console.card.restore")}</Button>;
  }
  return (
    <>
      {state === "pending" && (
        <Button onClick={() => void desk.act({ type: "comment.approve", comment: id })}>{t("console.card.approve")}</Button>
      )}
      <Button
        kind="bare"
        aria-label={`${t("console.card.remove")} ${quoted(text)}`}
        onClick={() => void desk.act({ type: "comment.remove", comment: id }, { done: "console.comment.removed" })}
      >
        {t("console.card.remove")}
      </Button>
    </>
  );
}

/** @param {SheetProps & { cards: readonly string[] }} props */
export function StackSheet({ store, desk, close, cards }) {
  const there = cardsAt(store, cards);
  return (
    <LineSheet
      heading={t("console.group.makeTitle", { n: there.length })}
      label={t("console.group.title")}
      go={t("console.group.make")}
      before=""
      max={LIMITS.TITLE_CHARS}
      above={<Quoted cards={there} />}
      save={async (title) => {
        const made = await desk.act({ type: "group.make", cards: there.map((card) => card.id), title: title || null });
        if (made) desk.selectOnly();
        return made;
      }}
      close={close}
    />
  );
}

/** @param {SheetProps & { group: string }} props */
export function GroupSheet({ store, desk, close, group: id }) {
  const group = store.groups.value.get(id);
  if (!group) return null;
  return (
    <LineSheet
      heading={t("console.group.rename")}
      label={t("console.group.title")}
      go={t("common.save")}
      before={group.title ?? ""}
      max={LIMITS.TITLE_CHARS}
      above={<Quoted cards={store.ordered.value.filter((card) => card.group === id)} />}
      save={(title) => desk.act({ type: "group.rename", group: id, title: title || null })}
      close={close}
    />
  );
}

/** Merging begins with the words: nothing is made before somebody has read what it will say. @param {SheetProps & { cards: readonly string[] }} props */
export function MergeSheet({ store, desk, close, cards }) {
  const there = cardsAt(store, cards);
  const text = useSignal(there.map((card) => card.text).filter(Boolean).join("\n"));
  const owes = useSignal("");
  const id = useId();
  /** @param {Event} [event] */
  const merge = async (event) => {
    event?.preventDefault();
    const command = /** @type {const} */ ({ type: "card.merge", cards: there.map((card) => card.id), text: text.value, owes: owes.value.trim() || null });
    if (await desk.act(command, { done: "console.merge.done" })) {
      desk.selectOnly();
      close();
    }
  };
  return (
    <Sheet open title={t("console.merge.title", { n: there.length })} onClose={close}>
      <p>{t("console.merge.about")}</p>
      <Quoted cards={there} />
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void merge(event)}>
        <TextArea
          label={t("console.merge.text")}
          autofocus
          rows={3}
          value={text.value}
          maxChars={store.limits.value.card_text_chars}
          onInput={(value) => (text.value = value)}
          onSubmit={() => void merge()}
        />
        <div class="field">
          <label for={id}>{t("console.merge.owes")}</label>
          <input
            id={id}
            class="input"
            value={owes.value}
            maxLength={LIMITS.OWES_CHARS}
            autocomplete="off"
            onInput={(event) => (owes.value = event.currentTarget.value)}
          />
        </div>
        <Button type="submit" kind="strong" size="large" busy={desk.isUnderWay("card.merge")}>
          {t("console.merge.go")}
        </Button>
      </form>
    </Sheet>
  );
}

/** @typedef {"first" | "last"} Place */

/** @param {SheetProps & { cards: readonly string[] }} props */
export function MoveSheet({ store, desk, close, cards }) {
  const sections = store.board.value?.sections ?? [];
  const there = cardsAt(store, cards);
  const chosen = useSignal(there[0]?.section ?? null);
  const place = useSignal(/** @type {Place} */ ("last"));
  const group = there[0]?.group; // a stack keeps its own place among the others, wherever it goes
  const isStack = group !== undefined && there.length > 1 && there.every((card) => card.group === group);
  const move = async () => {
    const section = chosen.value;
    const moving = new Set(cards);
    const first = store.ordered.value.find((card) => card.section === section && !moving.has(card.id));
    const before = place.value === "first" ? (first?.id ?? null) : null;
    const moves = there.map((card) => /** @type {const} */ ({ type: "card.move", card: card.id, section, before }));
    if (await desk.actAll(moves, { done: "console.card.moved", fill: { n: moves.length } })) close();
  };
  return (
    <Sheet
      open
      title={t("console.card.moveTitle", { n: there.length })}
      onClose={close}
      foot={
        <Button kind="strong" busy={desk.isUnderWay("card.move")} onClick={() => void move()}>
          {t("console.card.moveGo")}
        </Button>
      }
    >
      {sections.length > 0 && (
        <fieldset>
          <legend class="panel__legend">{t("console.card.moveSection")}</legend>
          {[...sections, { id: null, title: t("common.noSection") }].map((section) => (
            <label key={section.id ?? ""} class="choice">
              <input
                type="radio"
                name="section"
                checked={chosen.value === section.id}
                onChange={() => (chosen.value = section.id)}
              />
              <span>{section.title}</span>
            </label>
          ))}
        </fieldset>
      )}
      {!isStack && (
        <Segmented
          showLabel
          label={t("console.card.movePlace")}
          options={[
            { value: /** @type {Place} */ ("first"), label: t("console.card.moveFirst") },
            { value: "last", label: t("console.card.moveLast") },
          ]}
          value={place.value}
          onChange={(value) => (place.value = value)}
        />
      )}
    </Sheet>
  );
}

const COLOUR_PLACES = Array.from({ length: LIMITS.COLOURS }, (_, at) => at + 1);

/** @param {SheetProps & { cards: readonly string[] }} props */
export function TagSheet({ store, desk, close, cards }) {
  const there = cardsAt(store, cards);
  const common = (there[0]?.tags ?? []).filter((tag) => there.every((card) => card.tags?.includes(tag)));
  const text = useSignal(common.join(", "));
  const colour = useSignal(there.every((card) => card.colour === there[0]?.colour) ? (there[0]?.colour ?? 0) : 0);
  const id = useId();
  const used = [...new Set(store.ordered.value.flatMap((card) => card.tags ?? []))].sort();
  /** @param {Event} event */
  const save = async (event) => {
    event.preventDefault();
    const wanted = tagsIn(text.value);
    const changes = there.map((card) => {
      const others = (card.tags ?? []).filter((tag) => !common.includes(tag));
      const tags = [...new Set([...others, ...wanted])].slice(0, LIMITS.TAGS_PER_CARD);
      return /** @type {const} */ ({ type: "card.tag", card: card.id, tags, colour: colour.value || null });
    });
    if (await desk.actAll(changes, { done: "console.card.tagged", fill: { n: changes.length } })) close();
  };
  return (
    <Sheet open title={t("console.tag.title", { n: there.length })} onClose={close}>
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void save(event)}>
        <div class="field">
          <label for={id}>{t("console.tag.label")}</label>
          <input
            id={id}
            class="input"
            autofocus
            list={`${id}-used`}
            value={text.value}
            autocomplete="off"
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
          <datalist id={`${id}-used`}>
            {used.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
        </div>
        <fieldset>
          <legend class="panel__legend">{t("console.tag.colour")}</legend>
          <div class="swatches">
            {[0, ...COLOUR_PLACES].map((place) => (
              <label key={place} class="choice" data-colour={place || undefined}>
                <input type="radio" name="colour" checked={colour.value === place} onChange={() => (colour.value = place)} />
                {place > 0 && <span class="swatch" aria-hidden="true" />}
                <span>{t(/** @type {import("../i18n/keys.js").Under<"console.tag.colour.">} */ (`console.tag.colour.${place}`))}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <Button type="submit" kind="strong" busy={desk.isUnderWay("card.tag")}>
          {t("common.save")}
        </Button>
      </form>
    </Sheet>
  );
}

/** @param {string} text @returns {string[]} what stands between commas, once each */
export const tagsIn = (text) => [...new Set(text.split(/[,;]/).map((tag) => tag.trim()).filter(Boolean))];

/** @param {SheetProps & { card: string }} props */
export function EraseSheet({ store, desk, close, card }) {
  return (
    <ConfirmSheet
      open
      title={t("console.card.eraseTitle")}
      confirm={t("console.card.eraseGo")}
      onClose={close}
      onConfirm={() => {
        close();
        void desk.act({ type: "card.erase", card }, { done: "console.card.erased" });
      }}
    >
      <blockquote class="quoted-card">{quoted(wordsOf(store.cards.value.get(card)))}</blockquote>
      <p>{t("console.card.eraseAbout")}</p>
    </ConfirmSheet>
  );
}

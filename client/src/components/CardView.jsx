// A card: text first, then one quiet line (author, lineage, votes), then whatever actions a surface puts in it.
// Shows what projection left: a text it was not given, it cannot show. Knows no store and sends nothing.
import { language, t } from "../i18n/index.js";
import { AuthorMark, nameOf } from "./AuthorMark.jsx";
import { quoted } from "./quoted.js";
import { ArcIcon, VerbIcon } from "./VerbIcon.jsx";
import "./CardView.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("./AuthorMark.jsx").ParticipantView} ParticipantView */
/** @typedef {import("./AuthorMark.jsx").Segment} Segment */

/**
 * How a card looks, one word for each.
 * @typedef {"normal" | "sending" | "refused" | "hidden" | "pending" | "sealed" | "withdrawn" | "removed" | "erased"} CardLook
 */

/** @typedef {{ id: string, author: ParticipantView | null, text?: string }} Parent `text`: as far as this screen may show it */

/**
 * @typedef {object} CardViewProps
 * @property {Card} card
 * @property {ParticipantView | null} [author] null: nobody that may be told (anonymous board)
 * @property {readonly Segment[]} [segments] of the board, in its order
 * @property {boolean} [mine]
 * @property {"sending" | "refused"} [delivery] while the server has not answered, or after it said no
 * @property {string} [problem] the sentence that goes with "refused"
 * @property {readonly Parent[]} [parents] the cards this one starts from
 * @property {number} [rebounds] how many cards start from this one
 * @property {number} [votes] my own points on it
 * @property {number} [tally] everybody's points on it; absent while secret
 * @property {"self" | "ancestor" | "descendant" | "other"} [kin] its place in the lineage being looked at
 * @property {boolean} [fresh] it has only just arrived: one small bounce
 * @property {number} [comments] how many comments it has
 * @property {number} [reactions] how many people reacted to it
 * @property {string} [stack] the title of the stack it stands in
 * @property {number} [merges] how many cards were merged into this one
 * @property {(parent: string) => void} [onParent] makes "from Ana" a button
 * @property {() => void} [onRebounds] makes "↷ 3" a button
 * @property {"p" | "h3"} [textAs] the element of the text, where a surface wants headings to jump by
 * @property {import("preact").ComponentChildren} [children] actions
 */

/**
 * @param {Card} card
 * @param {"sending" | "refused"} [delivery]
 * @returns {CardLook}
 */
export function lookOf(card, delivery) {
  if (delivery) return delivery;
  if (card.state !== "shown") return card.state;
  return card.sealed ? "sealed" : "normal";
}

/** Looks whose words have no text of their own on this screen: the back of the card is all there is. */
const BACKS = new Set(["hidden", "sealed", "erased", "removed", "withdrawn"]);

/** @param {CardViewProps} props */
export function CardView(props) {
  const { card, delivery, mine = false, kin, fresh = false, problem, textAs: Text = "p", children } = props;
  const look = lookOf(card, delivery);
  const back = card.text === "" && BACKS.has(look);
  return (
    <article
      class="card"
      data-look={look}
      data-back={back || undefined}
      data-kin={kin}
      data-fresh={fresh || undefined}
      data-colour={(!back && card.colour) || undefined}
    >
      {!back && card.kind !== "idea" && <p class="card__kind">{t(`kind.${card.kind}`)}</p>}
      {!back && <Text class="card__text" dir="auto" lang={card.lang}>{card.text}</Text>}
      {!back && card.owes && <p class="card__owes">{t("part.card.owes", { text: card.owes })}</p>}
      {!back && card.tags && card.tags.length > 0 && <Tags tags={card.tags} />}
      {look !== "normal" && <LookLine look={look} mine={mine} problem={problem} />}
      {look !== "erased" && !(back && look === "sealed") && <QuietLine {...props} />}
      {children && <div class="card__actions">{children}</div>}
    </article>
  );
}

/** @param {{ look: Exclude<CardLook, "normal">, mine: boolean, problem: string | undefined }} props */
function LookLine({ look, mine, problem }) {
  const words = look === "sealed" && mine ? t("card.sealed") : t(LOOK_WORDS[look]);
  return (
    <p class="card__look">
      <LookIcon look={look} />
      <span>
        {words}
        {problem && ` ${problem}`}
      </span>
    </p>
  );
}

/** @type {Record<Exclude<CardLook, "normal">, import("../i18n/index.js").Key>} */
const LOOK_WORDS = {
  sending: "part.card.sending",
  refused: "part.card.refused",
  hidden: "card.hidden",
  pending: "card.pending",
  sealed: "part.card.sealed",
  withdrawn: "card.withdrawn",
  removed: "card.removed",
  erased: "card.erased",
};

/** @type {Record<Exclude<CardLook, "normal">, string>} strokes in a 16 × 16 box */
const LOOK_ICONS = {
  sending: "M2 12.5C4 3 9 3 10.5 11",
  refused: "M8 2.5v7M8 12.6v.4",
  hidden: "M2 2l12 12M14 2 2 14",
  pending: "M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 1 1 0-12.4ZM8 4.8V8l2.4 1.6",
  sealed: "M3 7h10v7H3ZM5.2 7V4.6a2.8 2.8 0 0 1 5.6 0V7",
  withdrawn: "M13.5 8H3M7 3.8 2.8 8 7 12.2",
  removed: "M3 4.5h10M6 4.5V2.5h4v2M4.2 4.5l.7 9.2h6.2l.7-9.2",
  erased: "M2.5 8h11",
};

/** @param {{ look: Exclude<CardLook, "normal"> }} props */
function LookIcon({ look }) {
  return (
    <svg class="card__look-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={LOOK_ICONS[look]} />
    </svg>
  );
}

/** @param {{ tags: readonly string[] }} props */
function Tags({ tags }) {
  return (
    <ul class="card__tags" aria-label={t("part.card.tags")}>
      {tags.map((tag) => (
        <li key={tag} class="card__tag">
          {tag}
        </li>
      ))}
    </ul>
  );
}

/** @param {CardViewProps} props */
function QuietLine(props) {
  const { card, author = null, segments, mine = false, parents = [], rebounds = 0, votes = 0, tally, onParent, onRebounds } = props;
  const { comments = 0, reactions = 0, stack, merges = 0 } = props;
  return (
    <p class="card__line">
      <AuthorMark person={author} segments={segments} mine={mine} />
      {parents.length > 0 && <From verb={card.verb} parents={parents} onParent={onParent} />}
      {rebounds > 0 && (
        <Pressable class="card__rebounds" onPress={onRebounds}>
          <ArcIcon />
          <span aria-hidden="true">{rebounds}</span>
          <span class="only-said">{t("card.rebounds", { n: rebounds })}</span>
        </Pressable>
      )}
      {merges > 0 && <span>{t("part.card.merges", { n: merges })}</span>}
      {stack && <span class="card__stack">{stack}</span>}
      {comments > 0 && <Count path={BUBBLE} n={comments} words="part.card.comments" />}
      {reactions > 0 && <Count path={HEART} n={reactions} words="part.card.reactions" />}
      {card.edited_ms !== undefined && <span>{t("card.edited")}</span>}
      {tally !== undefined && tally > 0 && <span class="card__tally">{t("part.card.tally", { n: tally })}</span>}
      {votes > 0 && <span class="card__votes">{t("part.card.myVotes", { n: votes })}</span>}
    </p>
  );
}

const BUBBLE = "M2 3h12v8H7l-3 3v-3H2Z";
const HEART = "M8 13.6C2 9 1.6 6.6 1.6 5.4a3.2 3.2 0 0 1 6.4-.6 3.2 3.2 0 0 1 6.4.6c0 1.2-.4 3.6-6.4 8.2Z";

/** A small sign and its number. @param {{ path: string, n: number, words: import("../i18n/index.js").Key }} props */
function Count({ path, n, words }) {
  return (
    <span class="card__count">
      <svg class="card__look-icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
      <span aria-hidden="true">{n}</span>
      <span class="only-said">{t(words, { n })}</span>
    </span>
  );
}

/**
 * @param {{
 *   verb: Card["verb"],
 *   parents: readonly Parent[],
 *   onParent: ((parent: string) => void) | undefined,
 * }} props
 */
function From({ verb, parents, onParent }) {
  const names = t("card.from", { names: joined([...new Set(parents.map(creditTo))]) });
  const first = parents[0]?.id;
  return (
    <Pressable class="card__from" onPress={onParent && first !== undefined ? () => onParent(first) : undefined}>
      <VerbIcon verb={verb ?? "extends"} label={t(`verb.${verb ?? "extends"}`)} />
      <span class="card__from-names">{names}</span>
    </Pressable>
  );
}

/** So much of a parent's words stands for its author. */
const CREDIT_CHARS = 28;

/**
 * Whom a card starts from: a name, or where nobody may be named, the first words.
 * @param {Parent} parent
 * @returns {string}
 */
export const creditTo = ({ author, text }) => (author || !text ? nameOf(author) : quoted(text, CREDIT_CHARS));

/**
 * A part of the quiet line that a surface may make a button.
 * @param {{ class: string, onPress: (() => void) | undefined, children: import("preact").ComponentChildren }} props
 */
function Pressable({ class: name, onPress, children }) {
  if (!onPress) return <span class={name}>{children}</span>;
  return (
    <button type="button" class={`${name} card__pressable`} onClick={onPress}>
      {children}
    </button>
  );
}

/** "Ana", "Ana and Ben", as the reader's language joins them. @param {readonly string[]} names @returns {string} */
export const joined = (names) => (names.length > 1 ? new Intl.ListFormat(language.value).format(names) : (names[0] ?? ""));

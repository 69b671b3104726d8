// One card, or one stack, large: what the room talks about now, and whom it owes.
import { AuthorMark } from "../components/AuthorMark.jsx";
import { stackTitle } from "../components/itemWords.js";
import { quoted } from "../components/quoted.js";
import { useFitting } from "../components/useFitting.js";
import { VerbIcon } from "../components/VerbIcon.jsx";
import { t } from "../i18n/index.js";
import "./Spotlit.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */

/** So much of a parent's words is enough to know it again. */
const PARENT_CHARS = 90;
/** A text from here on is set smaller. */
const LONG_CHARS = [140, 320, 600];
const STACK_SHOWN = 9;

/**
 * @param {{
 *   store: BoardStore,
 *   board: import("../core/fold.js").BoardMeta,
 *   scene: { kind: "card", card: Card } | { kind: "stack", stack: import("./scene.js").Stack },
 * }} props
 */
export function Spotlit({ store, board, scene }) {
  if (scene.kind === "stack") return <LitStack key={scene.stack.group.id} stack={scene.stack} />;
  const { card } = scene;
  const people = store.people.value;
  const parents = card.parents.flatMap((id) => store.cards.value.get(id) ?? []);
  const rebounds = store.childrenOf.value.get(card.id)?.length ?? 0;
  const hidden = card.state === "hidden";
  return (
    <article class="spotlit" key={card.id}>
      {parents.length > 0 && card.verb && !hidden && (
        <ul class="spotlit__from">
          {parents.map((parent) => (
            <li key={parent.id}>
              <VerbIcon verb={card.verb ?? "extends"} />
              <span>
                {t(`wall.verb.${card.verb ?? "extends"}`)} {quoted(parent.text || t("card.hidden"), PARENT_CHARS)}
              </span>
              <AuthorMark person={parent.author === null ? null : people.get(parent.author)} segments={board.segments} />
            </li>
          ))}
        </ul>
      )}
      <div class="spotlit__paper" data-hidden={hidden || undefined} data-colour={(!hidden && card.colour) || undefined}>
        <p class="spotlit__text" dir="auto" lang={hidden ? undefined : card.lang} data-long={LONG_CHARS.filter((chars) => card.text.length > chars).length}>
          {hidden ? t("card.hidden") : card.text}
        </p>
        {card.owes && !hidden && <p class="spotlit__owes">{t("part.card.owes", { text: card.owes })}</p>}
        {!hidden && (
          <p class="spotlit__line">
            <AuthorMark person={card.author === null ? null : people.get(card.author)} segments={board.segments} />
            {rebounds > 0 && <span>{t("card.rebounds", { n: rebounds })}</span>}
          </p>
        )}
      </div>
    </article>
  );
}

/** @param {{ stack: import("./scene.js").Stack }} props */
function LitStack({ stack: { group, cards } }) {
  const [element, count] = useFitting(STACK_SHOWN, group.id);
  return (
    <article class="spotlit spotlit--stack" ref={element}>
      <h2 class="spotlit__title" dir="auto">
        {stackTitle(group, cards)}
      </h2>
      <ul class="spotlit__cards">
        {cards.slice(0, count).map((card) => (
          <li key={card.id} class="spotlit__card" dir="auto" lang={card.state === "hidden" ? undefined : card.lang}>
            {card.state === "hidden" ? t("card.hidden") : card.text}
          </li>
        ))}
      </ul>
      {cards.length > count && <p class="spotlit__line">{t("wall.leftOut", { n: cards.length - count })}</p>}
    </article>
  );
}

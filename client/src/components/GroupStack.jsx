// A stack of cards: its title, how many ideas lie in it, the edges of the paper below, and whatever a surface puts in it.
import { t } from "../i18n/index.js";
import "./GroupStack.css";
import "./texts.js";

/**
 * @param {{
 *   title: string,
 *   count: number,
 *   tally?: number,
 *   votes?: number,
 *   fresh?: boolean,
 *   textAs?: "p" | "h3",
 *   children?: import("preact").ComponentChildren,
 * }} props `title`: see `stackTitle` in itemWords.js; `tally`, `votes`: everybody's points on the stack, and mine;
 *   `children`: its cards, or actions
 */
export function GroupStack({ title, count, tally = 0, votes = 0, fresh = false, textAs: Text = "h3", children }) {
  return (
    <article class="stack" data-fresh={fresh || undefined} data-deep={count > 2 || undefined}>
      <div class="stack__paper">
        <Text class="stack__title" dir="auto">
          {title}
        </Text>
        <p class="stack__line">
          <span>{t("part.stack.count", { n: count })}</span>
          {tally > 0 && <strong>{t("part.card.tally", { n: tally })}</strong>}
          {votes > 0 && <strong>{t("part.card.myVotes", { n: votes })}</strong>}
        </p>
        {children && <div class="stack__inside">{children}</div>}
      </div>
    </article>
  );
}

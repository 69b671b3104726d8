// What is voted on, as paper: a card's words, a stack's title with what lies in it, an option.
import { t } from "../../i18n/index.js";

/** @typedef {import("./ballot.js").Item} Item */

/** @param {{ item: Item, sending?: boolean, children?: import("preact").ComponentChildren }} props */
export function ItemPaper({ item, sending = false, children }) {
  return (
    <article class="choose-paper" data-kind={item.kind}>
      <p class="choose-paper__text" dir="auto" tabIndex={-1}>
        {item.text}
      </p>
      <Inside item={item} />
      {children}
      {sending && <Sending />}
    </article>
  );
}

/** What lies in a stack, to be opened. @param {{ item: Item }} props */
export function Inside({ item }) {
  if (item.kind !== "group") return null;
  return (
    <details class="choose-paper__inside">
      <summary>{t("choose.stack", { n: item.cards.length })}</summary>
      <ul>
        {item.cards.map((card) => (
          <li key={card.id} dir="auto">
            {card.text}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The server has not answered yet: said only where that takes a while. */
export const Sending = () => <span class="choose-sending">{t("choose.sending")}</span>;

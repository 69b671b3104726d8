// What is voted on, as paper: a card's words, a stack's title with what lies in it, an option.
import { t } from "../../i18n/index.js";

/** @param {{ item: import("./ballot.js").Item, children?: import("preact").ComponentChildren }} props */
export function ItemPaper({ item, children }) {
  return (
    <article class="choose-paper" data-kind={item.kind}>
      <p class="choose-paper__text" dir="auto">
        {item.text}
      </p>
      {item.kind === "group" && (
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
      )}
      {children}
    </article>
  );
}

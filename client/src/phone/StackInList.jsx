// A stack in the list: its title, how many ideas lie in it, the words of the newest; pressed, it opens.
import { Button } from "../components/Button.jsx";
import { GroupStack } from "../components/GroupStack.jsx";
import { t } from "../i18n/index.js";
import { wordsOf } from "../components/cardWords.js";
import "./StackInList.css";

/** How many of its ideas a closed stack shows a line of. */
const PEEK = 2;

/**
 * @param {{ desk: import("./BoardScreen.jsx").Desk, group: string, title: string,
 *   cards: readonly import("@protocol/generated/types.d.ts").Card[] }} props
 */
export function StackInList({ desk, group, title, cards }) {
  return (
    <GroupStack title={title} count={cards.length}>
      <ul class="stack-peek">
        {cards.slice(0, PEEK).map((card) => (
          <li key={card.id} class="stack-peek__words" dir="auto">
            {wordsOf(card)}
          </li>
        ))}
      </ul>
      <Button
        aria-label={t("phone.stack.openNamed", { title })}
        onClick={() => {
          desk.sheet.value = { name: "later/stack", give: { group } };
        }}
      >
        {t("phone.stack.open")}
      </Button>
    </GroupStack>
  );
}

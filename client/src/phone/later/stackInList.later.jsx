// A stack in the list: its title, how many ideas lie in it, the words of the newest; pressed, it opens.
import { Button } from "../../components/Button.jsx";
import { GroupStack } from "../../components/GroupStack.jsx";
import { stackTitle } from "../../components/itemWords.js";
import { t } from "../../i18n/index.js";
import { wordsOf } from "../../components/cardWords.js";
import "./stackInList.css";
import "./texts.js";

/** How many of its ideas a closed stack shows a line of. */
const PEEK = 2;

/**
 * @param {{ desk: import("../BoardScreen.jsx").Desk, group: import("@protocol/generated/types.d.ts").Group,
 *   cards: readonly import("@protocol/generated/types.d.ts").Card[] }} props
 */
export default function StackInList({ desk, group, cards }) {
  const title = stackTitle(group, cards);
  return (
    <GroupStack title={title} count={cards.length} textAs="p">
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
          desk.sheet.value = { name: "later/stack", give: { group: group.id } };
        }}
      >
        {t("phone.stack.open")}
      </Button>
    </GroupStack>
  );
}

// A stack on the facilitator's table: its title, its cards (the first few, or all), and what can be done to it as one.
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { stackTitle } from "../components/itemWords.js";
import { t } from "../i18n/index.js";
import "./Stack.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Group} Group */
/** @typedef {import("./desk.js").Desk} Desk */

/** So many cards of a stack show while it is not spread out. */
const SHOWN = 3;

/**
 * @param {object} props
 * @param {Desk} props.desk
 * @param {Group} props.group
 * @param {readonly Card[]} props.cards
 * @param {boolean} props.whole all its cards are to be seen: something is looked for
 * @param {boolean} props.movable there are sections to move it to
 * @param {boolean} props.lit in the spotlight
 * @param {number | undefined} props.tally points on the stack in the open round
 * @param {(card: Card) => import("preact").ComponentChild} props.draw
 */
export function Stack({ desk, group, cards, whole, movable, lit, tally, draw }) {
  const title = stackTitle(group, cards);
  const spread = whole || desk.spread.value.has(group.id);
  const shown = spread ? cards : cards.slice(0, SHOWN);
  const toggle = () => {
    const next = new Set(desk.spread.value);
    if (!next.delete(group.id)) next.add(group.id);
    desk.spread.value = next;
  };
  return (
    <section class="pile" aria-label={t("console.group.named", { title })} data-lit={lit || undefined}>
      <header class="pile__head">
        <button type="button" class="pile__title" data-untitled={group.title === null || undefined} onClick={() => (desk.sheet.value = { kind: "group", group: group.id })}>
          {title}
        </button>
        <span class="quiet small">
          {t("console.group.cards", { n: cards.length })}
          {tally !== undefined && tally > 0 && ` · ${t("part.card.tally", { n: tally })}`}
        </span>
        <Menu
          label={t("console.group.menu", { title })}
          items={[
            { label: t("console.group.rename"), onPick: () => (desk.sheet.value = { kind: "group", group: group.id }) },
            {
              label: t("console.spotlight"),
              checked: lit,
              onPick: () => void desk.act({ type: "spotlight.set", group: lit ? null : group.id }),
            },
            cards.length > 1 && {
              label: t("console.select.merge"),
              onPick: () => (desk.sheet.value = { kind: "merge", cards: cards.map((card) => card.id) }),
            },
            movable && { label: t("console.group.move"), onPick: () => (desk.sheet.value = { kind: "move", cards: cards.map((card) => card.id) }) },
            { label: t("console.group.select"), onPick: () => desk.selectOnly(cards.map((card) => card.id)) },
            {
              label: t("console.group.dissolve"),
              onPick: () => void desk.act({ type: "group.dissolve", group: group.id }, { done: "console.group.dissolved" }),
            },
          ]}
        />
      </header>
      <ul class="pile__cards">
        {shown.map((card) => (
          <li key={card.id} data-pending={desk.touched.value.has(card.id) || undefined}>
            {draw(card)}
          </li>
        ))}
      </ul>
      {cards.length > SHOWN && !whole && (
        <Button kind="bare" aria-expanded={spread} onClick={toggle}>
          {spread ? t("console.fewer") : t("console.group.more", { n: cards.length - SHOWN })}
        </Button>
      )}
    </section>
  );
}

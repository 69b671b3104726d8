// What can be done with the cards that were picked: stack, merge, move, tag, into the bin. Stays in sight while any are.
import { useEffect } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { stackTitle } from "../components/itemWords.js";
import { t } from "../i18n/index.js";
import { isOnTable } from "./boardColumns.js";
import "./SelectionBar.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("./desk.js").Desk} Desk */

/**
 * The picked cards that are still on the table, in the board's order.
 * @param {BoardStore} store
 * @param {Desk} desk
 * @returns {string[]}
 */
export function pickedOn(store, desk) {
  const selected = desk.selected.value;
  if (selected.size === 0) return [];
  return store.ordered.value.filter((card) => selected.has(card.id) && isOnTable(card)).map((card) => card.id);
}

/** Puts every picked card in the bin, one command each. @param {BoardStore} store @param {Desk} desk */
async function bin(store, desk) {
  const cards = pickedOn(store, desk);
  desk.selectOnly();
  await desk.actAll(
    cards.map((card) => ({ type: "card.remove", card })),
    { done: "console.select.binned", fill: { n: cards.length } },
  );
}

/** @param {{ store: BoardStore, desk: Desk }} props */
export function SelectionBar({ store, desk }) {
  const cards = pickedOn(store, desk);
  const gone = desk.selected.value.size > 0 && cards.length === 0;
  useEffect(() => {
    if (gone) desk.selectOnly();
  }, [gone, desk]);
  const groups = [...store.groups.value.values()];
  const several = cards.length > 1;
  return (
    <div class="selection" role="region" aria-label={t("console.select.region")} hidden={cards.length === 0}>
      <p class="selection__count" role="status">
        {cards.length > 0 && t("console.select.count", { n: cards.length })}
      </p>
      <div class="panel__row">
        {several && (
          <Button kind="strong" aria-keyshortcuts="G" onClick={() => (desk.sheet.value = { kind: "stack", cards })}>
            {t("console.select.stack")}
          </Button>
        )}
        {groups.length > 0 && (
          <Menu
            kind="plain"
            label={t("console.select.onto")}
            items={groups.map((group) => ({
              label: stackTitle(group, store.ordered.value.filter((card) => card.group === group.id)),
              onPick: async () => {
                if (await desk.act({ type: "group.add", group: group.id, cards })) desk.selectOnly();
              },
            }))}
          >
            {t("console.select.onto")}
          </Menu>
        )}
        {several && (
          <Button aria-keyshortcuts="M" onClick={() => (desk.sheet.value = { kind: "merge", cards })}>
            {t("console.select.merge")}
          </Button>
        )}
        <Button onClick={() => (desk.sheet.value = { kind: "move", cards })}>{t("console.select.move")}</Button>
        <Button onClick={() => (desk.sheet.value = { kind: "tag", cards })}>{t("console.select.tag")}</Button>
        <Button onClick={() => void bin(store, desk)}>{t("console.select.bin")}</Button>
        <Button kind="bare" onClick={() => desk.selectOnly()}>
          {t("console.select.none")}
        </Button>
      </div>
    </div>
  );
}

// The cards of one section, alone or on their stacks, a portion at a time as the eye gets there: two thousand at once would
// stop the desk for a second, and each redraw of a busy board would count all of them.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { t } from "../i18n/index.js";
import { Stack } from "./Stack.jsx";
import { stacked } from "./stacks.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./boardColumns.js").Section} Section */
/** @typedef {import("preact").VNode<any>} VNode */

/** More than any screen shows at once. */
export const PORTION = 60;
/** The next portion is drawn when its place is so near to the screen. */
const NEAR = "800px";

/**
 * @param {object} props
 * @param {import("../core/store.js").BoardStore} props.store
 * @param {Desk} props.desk
 * @param {import("../core/fold.js").BoardMeta} props.board
 * @param {Section | null} props.section null: the cards that stand in none
 * @param {readonly Card[]} props.cards
 * @param {boolean} props.whole stacks are spread out: something is looked for
 * @param {Record<string, number> | undefined} props.tallies points in the open round, by card or stack
 * @param {(card: Card) => VNode} props.draw
 */
export function Column({ store, desk, board, section, cards, whole, tallies, draw }) {
  const [room, setRoom] = useState(PORTION);
  const inSections = board.sections.length > 0;
  const items = stacked(cards, store.groups.value);
  return (
    <section class="table__column">
      {inSections && <SectionHead desk={desk} section={section} />}
      <ul class="table__cards">
        {items.slice(0, room).map((item) =>
          item.kind === "card" ? (
            rowOf(draw(item.card), item.card.id, desk.touched.value.has(item.card.id))
          ) : (
            <li key={item.group.id} class="table__stack" data-pending={desk.touched.value.has(item.group.id) || undefined}>
              <Stack
                desk={desk}
                group={item.group}
                cards={item.cards}
                movable={inSections}
                whole={whole}
                lit={board.spotlight?.group === item.group.id}
                tally={tallies?.[item.group.id]}
                draw={draw}
              />
            </li>
          ),
        )}
      </ul>
      {items.length > room && <More after={room} left={items.length - room} onMore={() => setRoom(room + PORTION)} />}
      {cards.length === 0 && inSections && <p class="table__none quiet small">{section?.hint ?? t("console.section.none")}</p>}
    </section>
  );
}

/** The row that each drawn card stands in. @type {WeakMap<VNode, VNode>} */
const rows = new WeakMap();

/**
 * The same row as long as its card is the same node: of two thousand, a redraw looks into those that changed.
 * @param {VNode} card
 * @param {string} id
 * @param {boolean} pending what it was asked to do is on its way
 */
function rowOf(card, id, pending) {
  const before = rows.get(card);
  if (before && Boolean(before.props["data-pending"]) === pending) return before;
  const row = (
    <li key={id} data-pending={pending || undefined}>
      {card}
    </li>
  );
  rows.set(card, row);
  return row;
}

/**
 * The rest of a long column, when the eye gets near or the button is pressed.
 * @param {{ after: number, left: number, onMore: () => void }} props `after`: how many stand above; it is looked again from there
 */
function More({ after, left, onMore }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const ask = useRef(onMore);
  ask.current = onMore;
  useEffect(() => {
    if (!place.current) return undefined;
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && ask.current(), {
      rootMargin: NEAR,
      scrollMargin: NEAR, // the table scrolls in a frame of its own
    });
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [after]);
  return (
    <div ref={place}>
      <Button kind="bare" onClick={onMore}>
        {t("console.group.more", { n: left })}
      </Button>
    </div>
  );
}

/** @param {{ desk: Desk, section: import("./boardColumns.js").Section | null }} props */
function SectionHead({ desk, section }) {
  return (
    <div class="table__section-head">
      <h3>{section?.title ?? t("common.noSection")}</h3>
      {section && (
        <Menu
          label={t("console.section.menu", { title: section.title })}
          items={[
            {
              label: t("console.section.rename"),
              onPick: () => {
                desk.sheet.value = { kind: "section", section: section.id };
              },
            },
            {
              label: t("console.section.remove"),
              onPick: () =>
                void desk.act({ type: "section.remove", section: section.id }, { done: "console.section.removed" }),
            },
          ]}
        />
      )}
    </div>
  );
}

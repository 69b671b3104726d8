// The cards of the wall and the arcs between them, or its stacks, or the sections with what is in them. Only one page of
// them is ever in the document; where they stand is asked of the layout worker.
import { useMemo } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Arcs, ArcsSaid } from "./Arcs.jsx";
import { WallCard, namedOn } from "./WallCard.jsx";
import { WallStack } from "./WallStack.jsx";
import { useFresh, useMeasure, usePages, useSize } from "./hooks.js";
import { cardItem, sectionOf, stackItem } from "./items.js";
import { useLayout } from "./useLayout.js";
import "./Stage.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("./scene.js").Stack} Stack */

const PAGE_MS = 15_000;
/** @type {import("./layout/layout.js").Page} */
const NOTHING = { size_px: 20, gap_px: 0, cards: [], links: [] };
/** @type {readonly Stack[]} */
const NO_STACKS = [];
/** @type {ReadonlySet<string>} */
const NOT_TURNED = new Set();

/**
 * @param {{
 *   store: BoardStore,
 *   board: BoardMeta,
 *   cards: readonly Card[],
 *   stacks?: readonly Stack[],
 *   sealed?: number,
 *   turned?: ReadonlySet<string>,
 *   canvas?: boolean,
 *   tallies?: Record<string, number> | undefined,
 * }} props `turned`: cards that have just been revealed; `canvas`: cards stand in their sections
 */
export function Stage({ store, board, cards, stacks = NO_STACKS, sealed = 0, turned = NOT_TURNED, canvas = false, tallies }) {
  const { sections, segments } = board;
  const [area, size] = useSize();
  const { measure, face } = useMeasure();
  const known = store.cards.value;
  const named = JSON.stringify(cards.map((card) => namedOn(card, store))); // as text: whoever comes in and is on no card asks for no other layout
  const question = useMemo(() => {
    if (size.width === 0) return null;
    const stage = { ...size, face };
    const names = JSON.parse(named);
    const items = cards.map((card, at) => cardItem(card, sections, measure, names[at]));
    /** @type {import("./useLayout.js").Question} */
    const asked = canvas
      ? { kind: "canvas", items, sections: sections.map(({ id }) => id), stage }
      : { kind: "wall", items: [...stacks.map((stack) => stackItem(stack, measure)), ...(stacks.length > 0 ? items.map(alone) : items)], stage };
    return asked;
  }, [cards, stacks, sections, size, measure, face, canvas, named]);
  const layout = useLayout(question);
  const pages = layout?.pages ?? [];
  const fresh = useFresh(pages.flatMap((page) => page.cards.map(({ id }) => id)));
  const newest = pages.findIndex((page) => page.cards.some(({ id }) => fresh.has(id)));
  const { page: at, paused } = usePages(pages.length, PAGE_MS, newest);
  const page = pages[at] ?? NOTHING;
  const stackById = new Map(stacks.map((stack) => [stack.group.id, stack]));
  const left_out = layout?.kind === "wall" ? layout.left_out : 0;
  return (
    <div class="stage">
      <div class="stage__area" ref={area}>
        {"fields" in page ? <Fields page={page} board={board} cards={known} /> : <Arcs page={page} cards={known} fresh={fresh} {...size} />}
        {page.cards.map((place, number) => {
          const look = { place, size_px: page.size_px, fresh: fresh.has(place.id), tally: tallies?.[place.id] ?? 0 };
          const stack = stackById.get(place.id);
          if (stack) return <WallStack key={place.id} stack={stack} {...look} />;
          const card = known.get(place.id);
          const section = canvas || !card ? undefined : sectionOf(card.section, sections)?.title;
          const turn = turned.has(place.id) ? Math.min(number, 14) : undefined;
          return card && <WallCard key={place.id} card={card} store={store} segments={segments} section={section} turned={turn} {...look} />;
        })}
      </div>
      {(sealed > 0 || pages.length > 1) && (
        <p class="stage__foot">
          {sealed > 0 && <span class="stage__sealed">{t("wall.sealed.more", { n: sealed })}</span>}
          {pages.length > 1 && (
            <span>
              {t("wall.page", { n: at + 1, count: pages.length })}
              {paused && ` · ${t("wall.paused")}`}
              {left_out > 0 && ` · ${t("wall.leftOut", { n: left_out })}`}
            </span>
          )}
        </p>
      )}
    </div>
  );
}

/** Beside stacks, whose cards have no place of their own, arcs would lead nowhere. @param {import("./layout/layout.js").Item} item */
const alone = (item) => ({ ...item, parents: [] });

/**
 * The sections as fields of one picture. Arcs across them would cross everything: who starts from whom stands on the
 * cards, and is said.
 * @param {{ page: import("./layout/canvas.js").CanvasPage, board: BoardMeta, cards: ReadonlyMap<string, Card> }} props
 */
function Fields({ page, board, cards }) {
  const here = new Set(page.cards.map(({ id }) => id));
  const links = page.cards.flatMap(({ id }) =>
    (cards.get(id)?.parents ?? []).filter((parent) => here.has(parent)).map((from) => ({ from, to: id })),
  );
  return (
    <>
      {page.fields.map(({ id, x, y, width, height, count }) => (
        <section
          key={id ?? ""}
          class="stage__field"
          style={{ transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` }}
        >
          <h2 class="stage__field-title">
            <span>{board.sections.find((section) => section.id === id)?.title ?? t("wall.elsewhere")}</span>
            {count > 0 && <span class="stage__field-count">{count}</span>}
          </h2>
        </section>
      ))}
      <ArcsSaid links={links} cards={cards} />
    </>
  );
}

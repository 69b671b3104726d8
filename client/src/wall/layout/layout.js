// Where cards stand on the wall, and how large their words are. Pure: sizes and measured words come in.
// Rules: cards never overlap; a line has at most 38 characters; words are as large as the cards allow and never smaller
// than what the back row can read: beyond that, pages. A card keeps its place from one layout to the next as long as
// everything fits: only then are words set smaller and all of it laid anew, with room for what comes.
import { byInterest, familiesOf } from "./families.js";
import { lineageOf } from "./lineage.js";
import { packed } from "./packing.js";
import { linesOf } from "./words.js";

/** @typedef {import("./words.js").Measured} Measured */
/**
 * @typedef {object} Item a card or a stack, as the wall draws it
 * @property {string} id
 * @property {Measured | null} words null for a card that shows its back
 * @property {readonly string[]} parents
 * @property {number} at_ms
 * @property {{ title: string, place: number } | null} [section] named on the card; sections keep their order
 * @property {number} [inside] of a stack: how many of its cards are named in it
 * @property {Foot} [foot] of a rebound: whom it credits
 */
/**
 * @typedef {{ whole: number, indent: number, credit: Measured }} Foot em: author and credit on one line; the credit where it has
 *   lines of its own, and how far each of them begins after the verb's sign
 */
/**
 * @typedef {object} Placed pixels, and how many lines of text
 * @property {string} id
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {number} lines
 * @property {number} [feet] lines below the words, where author and credit do not fit on one
 */
/** @typedef {{ from: string, to: string, lanes: { x: number, y: number, width: number }[] }} DrawnLink `lanes`: where it crosses columns */
/** @typedef {{ size_px: number, gap_px: number, cards: Placed[], links: DrawnLink[] }} Page `gap_px`: between columns, where arcs fly */
/** @typedef {{ size: number, columns: number, arcs: boolean, count: number, cut: boolean, spots: Map<string, import("./packing.js").Spot>, stage: string }} Memory */
/** @typedef {{ pages: Page[], left_out: number, memory: Memory }} Layout `left_out`: cards beyond the last page */

/**
 * @typedef {object} Stage
 * @property {number} width pixels
 * @property {number} height
 * @property {number} base_px the wall's own base size: 20 on a screen 1080 high
 * @property {number} [face] which typeface words were measured in: another one, and all is laid anew
 */

/** Sizes of words to try, largest first, as multiples of the base. */
const SIZES = [2.3, 2, 1.75, 1.55, 1.4, 1.25];
/** Where there are pages anyway, one more of them costs less than words that the back row cannot read. */
const PAGED_SIZE = 1.25;
const PAGES = 12;
export const LINES_AT_MOST = 7;
const BACK_LINES = 1;
/** So many lines a credit has at most: two long names, and both are read. */
const CREDIT_LINES = 3;
/** So much of the height a new layout fills at most, so that the next cards find room and nothing has to move. */
const FILLED = 0.86;
/** What is asked of a layout of one page, and what is given up first: room to grow, in width
 *  and in height, then families in one piece. */
const PATIENCE = [
  { filled: FILLED, whole: true, spare: 1 },
  { filled: FILLED, whole: true, spare: 0 },
  { filled: 1, whole: true, spare: 0 },
  { filled: FILLED, whole: false, spare: 0 },
  { filled: 1, whole: false, spare: 0 },
];
/** As long as rebounds are young, a column is kept free for the next generation. */
const YOUNG = 2;
/** More never fit on one. */
const CARDS_ON_PAGE = 60;
/** Fewer than this share of the cards that were there when words were set: time to set them larger. */
const FEWER = 0.6;
/** The two edges of a card, and what a browser may round away. */
const EDGES_PX = 4;

/** Lengths in em of the words' size. */
export const EM = {
  line: 1.32,
  pad_x: 0.85,
  pad_y: 0.6,
  meta: 1.35,
  section: 1.15,
  inside: 1.5,
  below: 0.6, // the edges of the paper under a stack
  gap_x: 1.05,
  gap_arcs: 3.3,
  gap_y: 0.8,
  text_max: 17.8, // 38 characters of the text face
  text_min: 10.5,
};

/**
 * @typedef {object} Grid
 * @property {number} size_px
 * @property {number} columns
 * @property {number} width of a column, pixels
 * @property {number} gap_x
 * @property {number} gap_y
 */

/**
 * @param {readonly Item[]} items all that may be seen
 * @param {Stage} stage
 * @param {Memory | null} [before]
 * @returns {Layout}
 */
export function layoutWall(items, stage, before = null) {
  const families = familiesOf(items);
  const arcs = families.some((family) => family.length > 1);
  const key = `${stage.width} ${stage.height} ${stage.base_px} ${stage.face ?? 0}`;
  if (before && before.stage === key && before.arcs === arcs && items.length >= before.count * FEWER) {
    const pages = before.spots.size === 0 ? 1 : 1 + Math.max(...[...before.spots.values()].map((spot) => spot.page));
    const kept = attempt(families, before.size, before.columns, arcs, stage, pages > 1 ? PAGES : 1, before.spots);
    if ((kept.left === 0 && (before.cut || !kept.cut)) || pages > 1) return done(kept, before);
  }
  for (const { filled, whole, spare } of items.length > CARDS_ON_PAGE ? [] : PATIENCE) {
    for (const size of SIZES) {
      for (const columns of columnsFor(size * stage.base_px, stage, arcs)) {
        const tried = attempt(families, size, columns, arcs, { ...stage, height: stage.height * filled }, 1, new Map());
        const roomy = spare === 0 || tried.generations > YOUNG || columns >= Math.min(tried.generations + spare, items.length);
        if (tried.left === 0 && roomy && !(whole && tried.cut)) return done(tried, { size, columns, arcs, count: items.length, cut: tried.cut, stage: key });
      }
    }
  }
  const columns = columnsFor(PAGED_SIZE * stage.base_px, stage, arcs).pop() ?? 1;
  const tried = attempt(byInterest(families), PAGED_SIZE, columns, arcs, stage, PAGES, new Map());
  return done(tried, { size: PAGED_SIZE, columns, arcs, count: items.length, cut: tried.cut, stage: key });
}

/** @typedef {{ pages: Page[], left: number, spots: Memory["spots"], cut: boolean, generations: number }} Attempt `cut`: some family stands in several pieces */

/** @param {Attempt} attempt @param {Omit<Memory, "spots">} memory @returns {Layout} */
const done = ({ pages, left, spots }, memory) => ({ pages, left_out: left, memory: { ...memory, spots } });

/**
 * How many columns this size of words may stand in, fewest first.
 * @param {number} size_px
 * @param {Stage} stage
 * @param {boolean} arcs
 * @returns {number[]}
 */
function columnsFor(size_px, stage, arcs) {
  const pads = 2 * EM.pad_x;
  const gap = (arcs ? EM.gap_arcs : EM.gap_x) * size_px;
  const fewest = Math.max(1, Math.ceil((stage.width + gap) / ((EM.text_max + pads) * size_px + gap)));
  const most = Math.max(1, Math.floor((stage.width + gap) / ((EM.text_min + pads) * size_px + gap)));
  return Array.from({ length: Math.max(1, most - fewest + 1) }, (_, at) => Math.min(most, fewest + at));
}

/**
 * @param {number} size_px
 * @param {number} columns
 * @param {number} stage_width
 * @param {boolean} arcs
 * @returns {Grid}
 */
export function gridOf(size_px, columns, stage_width, arcs) {
  const gap_x = (arcs ? EM.gap_arcs : EM.gap_x) * size_px;
  const width = Math.min((EM.text_max + 2 * EM.pad_x) * size_px, (stage_width - (columns - 1) * gap_x) / columns);
  return { size_px, columns, width, gap_x, gap_y: EM.gap_y * size_px };
}

/** @typedef {{ id: string, column: number, y: number, height: number, lines: number, feet: number }} Inner where a card stands in its block */
/** @typedef {import("./packing.js").Block & { cards: Inner[], links: import("./lineage.js").Link[] }} Family */

/**
 * @param {readonly (readonly Item[])[]} families
 * @param {number} size
 * @param {number} columns
 * @param {boolean} arcs
 * @param {Stage} stage
 * @param {number} pages how many there may be
 * @param {Memory["spots"]} before
 * @returns {Attempt}
 */
function attempt(families, size, columns, arcs, stage, pages, before) {
  const grid = gridOf(size * stage.base_px, columns, stage.width, arcs);
  const blocks = families.flatMap((family) => blocksOf(family, grid, stage.height));
  const { spots, left } = packed(blocks, { columns, height: stage.height, gap: grid.gap_y, pages }, before);
  const used = 1 + Math.max(0, ...[...spots.values()].map((spot) => spot.page));
  /** @type {Page[]} */
  const drawn = Array.from({ length: used }, () => ({ size_px: grid.size_px, gap_px: grid.gap_x, cards: [], links: [] }));
  for (const block of blocks) {
    const spot = spots.get(block.name);
    const page = spot && drawn[spot.page];
    if (spot && page) draw(block, spot, grid, page);
  }
  return { pages: drawn, left: left.reduce((sum, block) => sum + block.cards.length, 0), spots, cut: blocks.length > families.length, generations: Math.max(1, ...blocks.map((block) => block.columns)) };
}

/** @param {Family} block @param {import("./packing.js").Spot} spot @param {Grid} grid @param {Page} page */
function draw(block, spot, grid, page) {
  const x = (/** @type {number} */ column) => (spot.column + column) * (grid.width + grid.gap_x);
  for (const { id, column, y, height, lines, feet } of block.cards) {
    page.cards.push({ id, x: x(column), y: spot.y + y, width: grid.width, height, lines, feet });
  }
  const columnOf = new Map(block.cards.map(({ id, column }) => [id, column]));
  for (const { from, to, lanes } of block.links) {
    const first = (columnOf.get(from) ?? 0) + 1;
    page.links.push({ from, to, lanes: lanes.map((down, at) => ({ x: x(first + at), y: spot.y + down, width: grid.width })) });
  }
}

/**
 * A family as one block, or as several where it has more generations than there are columns, or is taller than a page.
 * @param {readonly Item[]} family in reading order
 * @param {Grid} grid
 * @param {number} height
 * @returns {Family[]}
 */
function blocksOf(family, grid, height) {
  const [first] = family;
  if (!first) return [];
  const sized = new Map(family.map((item) => [item.id, sizeOf(item, grid, height)]));
  const heightOf = (/** @type {string} */ id) => sized.get(id)?.height ?? 0;
  const lineage = lineageOf(family, heightOf, grid.gap_y);
  if (family.length > 1 && lineage.generations > grid.columns) {
    const late = new Set(lineage.cards.filter((card) => card.generation >= grid.columns).map((card) => card.id));
    return parted(family, (item) => !late.has(item.id), grid, height);
  }
  if (family.length > 1 && lineage.height > height) {
    const half = new Set(family.slice(0, Math.ceil(family.length / 2)).map((item) => item.id));
    return parted(family, (item) => half.has(item.id), grid, height);
  }
  const cards = lineage.cards.map(({ id, generation, y }) => ({ id, column: generation, y, height: heightOf(id), lines: sized.get(id)?.lines ?? 1, feet: sized.get(id)?.feet ?? 1 }));
  return [{ name: first.id, columns: lineage.generations, height: lineage.height, cards, links: lineage.links }];
}

/** @param {readonly Item[]} family @param {(item: Item) => boolean} isFirst @param {Grid} grid @param {number} height @returns {Family[]} */
const parted = (family, isFirst, grid, height) =>
  [family.filter(isFirst), family.filter((item) => !isFirst(item))].flatMap((part) =>
    familiesOf(part).flatMap((smaller) => blocksOf(smaller, grid, height)),
  );

/**
 * @param {Item} item
 * @param {Grid} grid
 * @param {number} height there is
 * @returns {{ height: number, lines: number, wanted: number, feet: number }} `wanted`: the lines its words would take
 */
export function sizeOf(item, grid, height) {
  const text_em = (grid.width - EDGES_PX) / grid.size_px - 2 * EM.pad_x;
  const feet = item.foot && item.foot.whole > text_em ? 1 + Math.min(CREDIT_LINES, linesOf(item.foot.credit, text_em - item.foot.indent)) : 1;
  const rest = (item.section ? EM.section : 0) + feet * EM.meta + 2 * EM.pad_y + (item.inside ? EM.inside * item.inside + EM.below : 0);
  const room = Math.max(1, Math.floor((height / grid.size_px - rest) / EM.line));
  const wanted = item.words === null ? BACK_LINES : Math.min(LINES_AT_MOST, linesOf(item.words, text_em));
  const lines = Math.min(room, wanted);
  return { lines, wanted, feet, height: Math.min(height, (rest + lines * EM.line) * grid.size_px) };
}

// Where cards stand on the wall, and how large their words are. Pure: sizes and a way to measure words come in.
// Rules: cards never overlap; a line has at most 38 characters; words are as large as the cards allow and never smaller
// than what the back row can read: beyond that, pages.
import { byInterest, familiesOf } from "./families.js";

/** @typedef {import("./families.js").WallCard} WallCard */
/**
 * @typedef {{ id: string, x: number, y: number, width: number, height: number, lines: number, row: number }} Placed
 *   pixels; lines of text; which row, counted from 0
 */
/** @typedef {{ size_px: number, gap_px: number, cards: Placed[] }} Page `gap_px`: the room above a row, where arcs hop */
/** @typedef {{ pages: Page[], left_out: number }} Layout `left_out`: cards beyond the last page */

/**
 * @typedef {object} Stage
 * @property {number} width pixels
 * @property {number} height
 * @property {number} base_px the wall's own base size: 20 on a screen 1080 high
 * @property {(word: string) => number} [measure] a word's width in em
 */

/** Sizes of words to try, largest first, as multiples of the base. */
const SIZES = [2.3, 2, 1.75, 1.55, 1.4, 1.25, 1.1, 1, 0.9, 0.8];
/** Where there are pages anyway, one more of them costs less than words that the back row cannot read. */
const PAGED_SIZE = 1;
const CARDS_ON_PAGE = 60;
const PAGES = 12;
const LINES_AT_MOST = 7;
const BACK_LINES = 1;
/** The two edges of a card, and what a browser may round away. */
const EDGES_PX = 4;

/** Lengths in em of the words' size. */
export const EM = {
  line: 1.32,
  pad_x: 0.85,
  pad_y: 0.6,
  meta: 1.3,
  section: 1.15,
  gap_x: 1.15,
  gap_y: 0.85,
  gap_y_arcs: 1.75,
  gap_spread: 0.9, // what a row may move further down where there is room
  text_max: 17.8, // 38 characters of the text face
  text_min: 10.5,
};

/** An average letter of the text face; wide scripts count double. @param {string} word @returns {number} em */
export function estimated(word) {
  let width = 0;
  for (const char of word) width += /[\u1100-\u11ff\u2e80-\uffdc\u{1f000}-\u{3ffff}]/u.test(char) ? 1.05 : 0.5;
  return width;
}

/**
 * How many lines a text takes, broken between words, inside a word only where it is wider than a line.
 * @param {string} text
 * @param {number} width_em
 * @param {(word: string) => number} measure
 * @returns {number} at least 1
 */
export function linesOf(text, width_em, measure) {
  const space = measure(" ");
  let lines = 0;
  for (const paragraph of text.split("\n")) {
    let used = 0;
    lines += 1;
    for (const word of paragraph.split(/ +/)) {
      const width = measure(word);
      if (used > 0 && used + space + width <= width_em) {
        used += space + width;
        continue;
      }
      if (used > 0) lines += 1;
      const whole = Math.max(0, Math.ceil(width / width_em) - 1);
      lines += whole;
      used = width - whole * width_em;
    }
  }
  return lines;
}

/**
 * @param {readonly WallCard[]} cards all that may be seen
 * @param {Stage} stage
 * @returns {Layout}
 */
export function layoutWall(cards, stage) {
  const sized = { ...stage, measure: stage.measure ?? estimated };
  const families = familiesOf(cards);
  if (cards.length <= CARDS_ON_PAGE) {
    for (const size of SIZES) {
      const page = placed(families, size * stage.base_px, sized);
      if (page) return { pages: [page], left_out: 0 };
    }
  }
  return inPages(byInterest(families), sized);
}

/**
 * @param {readonly WallCard[][]} families most interesting first
 * @param {Required<Stage>} stage
 * @returns {Layout}
 */
function inPages(families, stage) {
  const size_px = stage.base_px * PAGED_SIZE;
  const waiting = families.flatMap((family) => chunks(family, CARDS_ON_PAGE));
  /** @type {Page[]} */
  const pages = [];
  while (waiting.length > 0 && pages.length < PAGES) {
    const { page, taken } = fullPage(waiting, size_px, stage);
    pages.push(page);
    waiting.splice(0, taken.whole);
    if (taken.part > 0) waiting[0] = /** @type {WallCard[]} */ (waiting[0]).slice(taken.part);
  }
  return { pages, left_out: waiting.reduce((sum, family) => sum + family.length, 0) };
}

/**
 * As many families as fit; of a family too large for a page of its own, as many cards as fit.
 * @param {readonly WallCard[][]} waiting
 * @param {number} size_px
 * @param {Required<Stage>} stage
 * @returns {{ page: Page, taken: { whole: number, part: number } }}
 */
function fullPage(waiting, size_px, stage) {
  /** @type {{ page: Page, taken: { whole: number, part: number } } | null} */
  let best = null;
  let [fits, tooMany] = [0, Math.min(waiting.length, CARDS_ON_PAGE) + 1];
  while (tooMany - fits > 1) {
    const whole = Math.floor((fits + tooMany) / 2);
    const cards = waiting.slice(0, whole).flat();
    const page = cards.length <= CARDS_ON_PAGE ? placed(familiesOf(cards), size_px, stage) : null;
    if (page) [best, fits] = [{ page, taken: { whole, part: 0 } }, whole];
    else tooMany = whole;
  }
  if (best) return best;
  const family = /** @type {WallCard[]} */ (waiting[0]);
  for (let part = family.length - 1; part > 1; part -= 1) {
    const page = placed([family.slice(0, part)], size_px, stage);
    if (page) return { page, taken: { whole: 0, part } };
  }
  return { page: squeezed(family.slice(0, 1), size_px, stage), taken: family.length > 1 ? { whole: 0, part: 1 } : { whole: 1, part: 0 } };
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} size
 * @returns {T[][]}
 */
function chunks(list, size) {
  const parts = [];
  for (let from = 0; from < list.length; from += size) parts.push(list.slice(from, from + size));
  return parts;
}

/**
 * These families in this order at this size, in rows; null where they do not fit.
 * @param {readonly WallCard[][]} families
 * @param {number} size_px
 * @param {Required<Stage>} stage
 * @returns {Page | null}
 */
function placed(families, size_px, stage) {
  const count = families.reduce((sum, family) => sum + family.length, 0);
  const pads = 2 * EM.pad_x;
  const widest = (EM.text_max + pads) * size_px;
  const gap_x = EM.gap_x * size_px;
  const fewest = Math.max(1, Math.ceil((stage.width + gap_x) / (widest + gap_x)));
  const most = Math.floor((stage.width + gap_x) / ((EM.text_min + pads) * size_px + gap_x));
  for (let columns = Math.min(fewest, most); columns <= most; columns += 1) {
    if (columns < 1) continue;
    const page = inRows(families, Math.min(columns, count), size_px, stage);
    if (page) return page;
  }
  return null;
}

/** One card alone that is too tall: cut to what there is. @param {readonly WallCard[]} cards @param {number} size_px @param {Required<Stage>} stage */
function squeezed(cards, size_px, stage) {
  const width = Math.min(stage.width, (EM.text_max + 2 * EM.pad_x) * size_px);
  const height = Math.min(stage.height, (EM.section + EM.line + EM.meta + 2 * EM.pad_y) * size_px);
  return { size_px, gap_px: 0, cards: cards.map((card) => ({ id: card.id, x: 0, y: 0, width, height, lines: 1, row: 0 })) };
}

/**
 * Row by row from the left; a row that goes on with the family above begins under it, so that the ball has not far to go.
 * @param {readonly WallCard[][]} families
 * @param {number} columns
 * @param {number} size_px
 * @param {Required<Stage>} stage
 * @returns {Page | null}
 */
function inRows(families, columns, size_px, stage) {
  const cards = families.flat();
  const family = new Map(families.flatMap((members, number) => members.map((card) => [card.id, number])));
  const here = new Set(cards.map((card) => card.id));
  const arcs = cards.some((card) => card.parents.some((parent) => here.has(parent)));
  const gap_x = EM.gap_x * size_px;
  const gap_y = (arcs ? EM.gap_y_arcs : EM.gap_y) * size_px;
  const widest = (EM.text_max + 2 * EM.pad_x) * size_px;
  const width = Math.min(widest, (stage.width - (columns - 1) * gap_x) / columns);
  const text_em = (width - EDGES_PX) / size_px - 2 * EM.pad_x;
  const left = (stage.width - columns * width - (columns - 1) * gap_x) / 2;
  /** @type {Placed[]} */
  const result = [];
  let y = arcs ? gap_y : 0;
  let leftward = false;
  for (let from = 0; from < cards.length; from += columns) {
    let tallest = 0;
    leftward = !leftward && from > 0 && family.get(cards[from]?.id ?? "") === family.get(cards[from - 1]?.id ?? "");
    cards.slice(from, from + columns).forEach((card, column) => {
      const lines = card.text === "" ? BACK_LINES : Math.min(LINES_AT_MOST, linesOf(card.text, text_em, stage.measure));
      const section = card.section ? EM.section : 0;
      const height = (section + lines * EM.line + EM.meta + 2 * EM.pad_y) * size_px;
      tallest = Math.max(tallest, height);
      result.push({ id: card.id, x: left + (leftward ? columns - 1 - column : column) * (width + gap_x), y, width, height, lines, row: from / columns });
    });
    y += tallest + gap_y;
    if (y - gap_y > stage.height) return null;
  }
  const rows = Math.ceil(cards.length / columns);
  const spread = Math.min(EM.gap_spread * size_px, (stage.height - (y - gap_y)) / rows);
  return { size_px, gap_px: gap_y, cards: result.map((card) => ({ ...card, y: card.y + spread * card.row })) };
}

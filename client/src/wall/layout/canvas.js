// The board's sections as one picture: the nine blocks of a business model, four quarters, or columns side by side. Pure.
// Every section keeps its place and its size, whatever is in it; words have one size in all of them.
import { LINES_AT_MOST, gridOf, sizeOf } from "./layout.js";
import { packed } from "./packing.js";

/** @typedef {import("./layout.js").Item} Item */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {import("./layout.js").Stage} Stage */
/** @typedef {{ id: string | null, x: number, y: number, width: number, height: number }} Field pixels; null: what stands in no section */
/** @typedef {Field & { count: number, shown: number }} FilledField `count`: cards in it, `shown`: on this page */
/** @typedef {{ size_px: number, cards: Placed[], fields: FilledField[] }} CanvasPage */
/** @typedef {{ pages: CanvasPage[], memory: CanvasMemory }} CanvasLayout */
/** @typedef {{ size: number, stage: string, spots: Record<string, Map<string, import("./packing.js").Spot>> }} CanvasMemory */

/** As Osterwalder drew them: column, row, columns, rows on a grid of ten by ten. @type {Record<string, readonly number[]>} */
const BUSINESS_MODEL = {
  key_partners: [0, 0, 2, 7],
  key_activities: [2, 0, 2, 3.5],
  key_resources: [2, 3.5, 2, 3.5],
  value_propositions: [4, 0, 2, 7],
  customer_relationships: [6, 0, 2, 3.5],
  channels: [6, 3.5, 2, 3.5],
  customer_segments: [8, 0, 2, 7],
  cost_structure: [0, 7, 5, 3],
  revenue_streams: [5, 7, 5, 3],
};
const TEN = 10;

/** Two rows where sections come in pairs: before and after, lived and wished; within and without. */
const ROWS = [0, 1, 1, 1, 2, 1, 2, 2, 2, 3, 2];
/** Down first where each column is a moment and each row a way of seeing it. */
const PAIRS = new Set(["before_lived", "before_wished"]);
const SIZES = [1.6, 1.4, 1.25, 1.1, 1];
const PAGES = 12;

/** Lengths in em of the wall's base. */
export const CANVAS_EM = { gap: 0.6, pad: 0.6, title: 2.75 };

/**
 * @param {readonly string[]} sections ids, in the board's order
 * @param {Stage} stage
 * @param {boolean} withRest whether some cards stand in no section
 * @returns {Field[]}
 */
export function fieldsOf(sections, stage, withRest) {
  const ids = withRest ? [...sections, null] : [...sections];
  if (!withRest && sections.length === Object.keys(BUSINESS_MODEL).length && sections.every((id) => id in BUSINESS_MODEL)) {
    return sections.map((id) => {
      const [column = 0, row = 0, columns = 0, rows = 0] = BUSINESS_MODEL[id] ?? [];
      return { id, ...boxed(column / TEN, row / TEN, columns / TEN, rows / TEN, stage) };
    });
  }
  const upright = stage.height > stage.width;
  const rows = upright ? Math.ceil(ids.length / 2) : (ROWS[ids.length] ?? Math.ceil(ids.length / 5));
  const columns = Math.ceil(ids.length / rows);
  const down = sections.some((id) => PAIRS.has(id)) && !upright;
  return ids.map((id, at) => {
    const [column, row] = down ? [Math.floor(at / rows), at % rows] : [at % columns, Math.floor(at / columns)];
    const inRow = down ? columns : Math.min(columns, ids.length - row * columns);
    return { id, ...boxed(column / inRow, row / rows, 1 / inRow, 1 / rows, stage) };
  });
}

/** @param {number} x shares of the stage @param {number} y @param {number} width @param {number} height @param {Stage} stage */
function boxed(x, y, width, height, stage) {
  const gap = CANVAS_EM.gap * stage.base_px;
  const [across, down] = [stage.width + gap, stage.height + gap];
  return { x: x * across, y: y * down, width: width * across - gap, height: height * down - gap };
}

/**
 * @param {readonly (Item & { field: string | null })[]} items
 * @param {readonly string[]} sections
 * @param {Stage} stage
 * @param {CanvasMemory | null} [before]
 * @returns {CanvasLayout}
 */
export function layoutCanvas(items, sections, stage, before = null) {
  const fields = fieldsOf(sections, stage, items.some((item) => item.field === null));
  const key = `${stage.width} ${stage.height} ${stage.base_px} ${stage.face ?? 0} ${fields.map((field) => field.id).join(" ")}`;
  const kept = before?.stage === key ? before : null;
  for (const size of kept ? [kept.size, ...SIZES.filter((smaller) => smaller < kept.size)] : SIZES) {
    const spots = size === kept?.size ? kept.spots : {};
    const layout = filled(items, fields, size, stage, 1, spots);
    if (layout.left === 0) return { pages: layout.pages, memory: { size, stage: key, spots: layout.spots } };
  }
  const size = SIZES[SIZES.length - 1] ?? 1;
  const layout = filled(items, fields, size, stage, PAGES, kept?.size === size ? kept.spots : {});
  return { pages: layout.pages, memory: { size, stage: key, spots: layout.spots } };
}

/**
 * @param {readonly (Item & { field: string | null })[]} items
 * @param {readonly Field[]} fields
 * @param {number} size
 * @param {Stage} stage
 * @param {number} pages
 * @param {CanvasMemory["spots"]} before
 */
function filled(items, fields, size, stage, pages, before) {
  const size_px = size * stage.base_px;
  const pad = CANVAS_EM.pad * stage.base_px;
  const top = CANVAS_EM.title * stage.base_px;
  /** @type {CanvasMemory["spots"]} */
  const spots = {};
  /** @type {Placed[][]} */
  const cards = [[]];
  /** @type {Map<string | null, number[]>} */
  const shown = new Map();
  let left = 0; // what has no room, or not enough of it
  for (const field of fields) {
    const inside = items.filter((item) => item.field === field.id);
    const [width, height] = [field.width - 2 * pad, field.height - top - pad];
    const columns = Math.max(1, Math.floor(width / (size_px * 12)));
    const grid = gridOf(size_px, columns, width, false);
    grid.gap_y = pad * 0.8;
    const blocks = inside.map((item) => ({ name: item.id, columns: 1, ...sizeOf({ ...item, section: null }, grid, height) }));
    const name = field.id ?? "";
    const found = packed(blocks, { columns, height, gap: grid.gap_y, pages }, before[name] ?? new Map());
    spots[name] = found.spots;
    left += found.left.length + blocks.filter((block) => block.lines < block.wanted).length;
    const counts = /** @type {number[]} */ ([]);
    for (const block of blocks) {
      const spot = found.spots.get(block.name);
      if (!spot) continue;
      counts[spot.page] = (counts[spot.page] ?? 0) + 1;
      const x = field.x + pad + spot.column * (grid.width + grid.gap_x);
      (cards[spot.page] ??= []).push({ id: block.name, x, y: field.y + top + spot.y, width: grid.width, height: block.height, lines: Math.min(block.lines, LINES_AT_MOST), feet: block.feet });
    }
    shown.set(field.id, counts);
  }
  const count = (/** @type {string | null} */ id) => items.filter((item) => item.field === id).length;
  const drawn = Array.from(cards, (placed, page) => ({
    size_px,
    cards: placed ?? [],
    fields: fields.map((field) => ({ ...field, count: count(field.id), shown: shown.get(field.id)?.[page] ?? 0 })),
  }));
  return { pages: drawn, spots, left };
}

// Blocks onto pages, column by column. Pure. A block that fits where it stood before stays there: what grew moves before
// what did not, and what is new takes what is free.

/** @typedef {{ name: string, columns: number, height: number }} Block `name`: the same from one layout to the next */
/** @typedef {{ page: number, column: number, y: number }} Spot */

/**
 * @template {Block} B
 * @param {readonly B[]} blocks in the order in which they choose
 * @param {{ columns: number, height: number, gap: number, pages: number }} room `gap`: between a block and the next below
 * @param {ReadonlyMap<string, Spot>} before where blocks stood
 * @returns {{ spots: Map<string, Spot>, left: B[] }} `left`: those for which there is no room
 */
export function packed(blocks, room, before) {
  /** @type {Map<string, Spot>} */
  const spots = new Map();
  /** @type {{ block: Block, spot: Spot }[]} */
  const taken = [];
  /** @param {Block} block @param {Spot} spot */
  const take = (block, spot) => {
    spots.set(block.name, spot);
    taken.push({ block, spot });
  };
  for (const block of blocks) {
    const spot = before.get(block.name);
    if (spot && isFree(block, spot, taken, room)) take(block, spot);
  }
  const left = [];
  for (const block of blocks) {
    if (spots.has(block.name)) continue;
    const spot = firstFree(block, taken, room);
    if (spot) take(block, spot);
    else left.push(block);
  }
  return { spots, left };
}

/**
 * @param {Block} block
 * @param {Spot} spot
 * @param {readonly { block: Block, spot: Spot }[]} taken
 * @param {{ columns: number, height: number, gap: number, pages: number }} room
 */
function isFree(block, { page, column, y }, taken, { columns, height, gap, pages }) {
  if (page >= pages || column + block.columns > columns || y + block.height > height + 0.01) return false;
  return !taken.some(
    ({ block: other, spot }) =>
      spot.page === page &&
      column < spot.column + other.columns &&
      spot.column < column + block.columns &&
      y < spot.y + other.height + gap - 0.01 &&
      spot.y < y + block.height + gap - 0.01,
  );
}

/**
 * The highest free place on the first page that has one, and there the leftmost.
 * @param {Block} block
 * @param {readonly { block: Block, spot: Spot }[]} taken
 * @param {{ columns: number, height: number, gap: number, pages: number }} room
 * @returns {Spot | null}
 */
function firstFree(block, taken, room) {
  for (let page = 0; page < room.pages; page += 1) {
    const here = taken.filter(({ spot }) => spot.page === page);
    const tops = [0, ...here.map(({ block: other, spot }) => spot.y + other.height + room.gap)].sort((one, other) => one - other);
    for (const y of tops) {
      if (y + block.height > room.height + 0.01) break;
      for (let column = 0; column + block.columns <= room.columns; column += 1) {
        const spot = { page, column, y };
        if (isFree(block, spot, here, room)) return spot;
      }
    }
  }
  return null;
}

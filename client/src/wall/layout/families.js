// Which cards belong together on the wall: a card stands after the one it starts from, families stay whole. Pure.

/**
 * @typedef {object} Relative
 * @property {string} id
 * @property {readonly string[]} parents
 * @property {number} at_ms
 * @property {{ title: string, place: number } | null} [section] where it stands on the board; sections keep their order
 */

/**
 * Cards joined by rebounds, as lists in reading order: parents before children, a child right after its first parent's
 * other descendants. Parents that are not among `cards` are ignored.
 * @template {Relative} C
 * @param {readonly C[]} cards
 * @returns {C[][]} families by the section they began in, and in it the one that began first first
 */
export function familiesOf(cards) {
  // what was written in the same moment (pasted, imported) keeps the board's order
  const inTime = [...cards].sort((one, other) => one.at_ms - other.at_ms);
  const known = new Map(inTime.map((card) => [card.id, card]));
  const root = rootsOf(inTime, known);
  /** @type {Map<string, C[]>} */
  const children = new Map();
  for (const card of inTime) {
    const first = card.parents.find((parent) => known.has(parent));
    if (first !== undefined) children.set(first, [...(children.get(first) ?? []), card]);
  }
  /** @type {Map<string, C[]>} */
  const families = new Map();
  for (const card of inTime) {
    if (card.parents.some((parent) => known.has(parent))) continue;
    const name = root(card.id);
    const family = families.get(name) ?? [];
    families.set(name, family);
    descend(card, children, family);
  }
  const place = (/** @type {readonly C[]} */ family) => family[0]?.section?.place ?? Infinity;
  return [...families.values()].sort((one, other) => (place(one) === place(other) ? 0 : place(one) - place(other)));
}

/**
 * @template {Relative} C
 * @param {C} first
 * @param {ReadonlyMap<string, C[]>} children
 * @param {C[]} into
 */
function descend(first, children, into) {
  const open = [first];
  for (let card = open.pop(); card; card = open.pop()) {
    into.push(card);
    open.push(...[...(children.get(card.id) ?? [])].reverse());
  }
}

/**
 * Union–find over the lineage.
 * @param {readonly Relative[]} cards
 * @param {ReadonlyMap<string, Relative>} known
 * @returns {(id: string) => string} the name of a card's family
 */
function rootsOf(cards, known) {
  /** @type {Map<string, string>} */
  const above = new Map();
  /** @param {string} id */
  const root = (id) => {
    let at = id;
    for (let next = above.get(at); next !== undefined; next = above.get(at)) at = next;
    return at;
  };
  for (const card of cards) {
    for (const parent of card.parents) {
      if (!known.has(parent)) continue;
      const [one, other] = [root(card.id), root(parent)];
      if (one !== other) above.set(one, other);
    }
  }
  return root;
}

/**
 * Who comes first where not all fit: by how new the newest card of a family is and by how much it was rebounded on, the
 * two counting the same.
 * @template {Relative} C
 * @param {readonly C[][]} families
 * @returns {C[][]}
 */
export function byInterest(families) {
  /** @param {readonly C[]} family */
  const newest = (family) => Math.max(...family.map((card) => card.at_ms));
  const byAge = [...families].sort((one, other) => newest(other) - newest(one));
  const bySize = [...families].sort((one, other) => other.length - one.length || newest(other) - newest(one));
  const place = new Map(byAge.map((family, at) => [family, at]));
  bySize.forEach((family, at) => place.set(family, (place.get(family) ?? 0) + at));
  return byAge.sort((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0));
}

// A family of cards as a layered graph: one column a generation, each card beside the first it starts from. Pure.
// d3-dag finds the layers and the lanes that long links take between other cards; order and places are ours, because a
// card must stay where it is when a later one comes: siblings stand in the order of their age, and a card's top is never
// above its first parent's, so that what is new only ever pushes what is below it.
import { graphStratify, layeringLongestPath, sugiyama } from "d3-dag";

/** @typedef {{ id: string, parents: readonly string[] }} Member */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ from: string, to: string, lanes: number[] }} Link `lanes`: how far down it crosses each column between */
/**
 * @typedef {object} Lineage
 * @property {{ id: string, generation: number, y: number }[]} cards tops of cards, the highest 0
 * @property {Link[]} links
 * @property {number} generations
 * @property {number} height
 */

/**
 * @param {readonly Member[]} family in reading order: parents before children, siblings by age
 * @param {(id: string) => number} heightOf
 * @param {number} gap between a card and the next below it
 * @returns {Lineage}
 */
export function lineageOf(family, heightOf, gap) {
  const place = new Map(family.map((member, at) => [member.id, at]));
  const members = family.map(({ id, parents }) => ({ id, parentIds: parents.filter((parent) => place.has(parent)) }));
  const graph = graphStratify()(members);
  const order = (/** @type {string} */ id) => place.get(id) ?? 0;
  /** @param {any} node a node of a layer: a card, or where a long link passes @returns {number} */
  const rankIn = ({ data }) =>
    data.role === "node" ? order(data.node.data.id) : (order(data.link.source.data.id) + order(data.link.target.data.id)) / 2;
  const layout = sugiyama()
    .layering(layeringLongestPath().topDown(true))
    .decross((/** @type {any[][]} */ layers) => layers.forEach((layer) => layer.sort((one, other) => rankIn(one) - rankIn(other))))
    .coord((/** @type {any[][]} */ layers) => placed(layers, heightOf, gap))
    .nodeSize([1, 1])
    .gap([0, 0]);
  layout(/** @type {any} */ (graph));
  return read(graph, heightOf);
}

/**
 * d3-dag's last stage: where in its layer each node stands (its middle).
 * @param {any[][]} layers from the oldest generation on
 * @param {(id: string) => number} heightOf
 * @param {number} gap
 * @returns {number} how much room all take
 */
function placed(layers, heightOf, gap) {
  let height = 0;
  for (const layer of layers) {
    let free = 0;
    for (const node of layer) {
      const tall = node.data.role === "node" ? heightOf(node.data.node.data.id) : 0;
      const above = Math.min(...[...node.parents()].map((parent) => topOf(parent, heightOf)));
      const top = Math.max(free, Number.isFinite(above) ? above : 0);
      node.x = top + tall / 2;
      free = top + tall + gap;
      height = Math.max(height, top + tall);
    }
  }
  return height;
}

/** @param {any} node @param {(id: string) => number} heightOf @returns {number} */
const topOf = (node, heightOf) => node.x - (node.data.role === "node" ? heightOf(node.data.node.data.id) / 2 : 0);

/** @param {any} graph laid out: x down a layer, y from layer to layer @param {(id: string) => number} heightOf @returns {Lineage} */
function read(graph, heightOf) {
  const nodes = [...graph.nodes()];
  const levels = [...new Set(nodes.map((node) => node.y))].sort((one, other) => one - other);
  const cards = nodes.map((node) => ({
    id: node.data.id,
    generation: levels.indexOf(node.y),
    y: node.x - heightOf(node.data.id) / 2,
  }));
  const links = [...graph.links()].map((link) => ({
    from: link.source.data.id,
    to: link.target.data.id,
    lanes: link.points.slice(1, -1).map((/** @type {number[]} */ [down]) => down ?? 0),
  }));
  return { cards, links, generations: levels.length, height: Math.max(...cards.map((card) => card.y + heightOf(card.id))) };
}

// The path of the ball from a card to the one that rebounds on it. Pure geometry, in the stage's pixels.

/** @typedef {import("@protocol/generated/types.d.ts").Verb} Verb */
/** @typedef {{ x: number, y: number, width: number, height: number, row: number }} Box */
/** @typedef {{ d: string, ball: { x: number, y: number }, bar: string | null }} Arc `bar`: what the arc flies over */

/** Where on a card's edge balls leave and land, as a share of its width. */
const LEAVES = 0.7;
const LANDS = 0.3;
/** Beyond so many cards' widths a line would only tangle: the ball is then seen landing, and the card says from whom. */
const FAR_IN_ROW = 3.3;
const FAR_BELOW = 1.3;

/**
 * @param {Box} from
 * @param {Box} to
 * @param {Verb} verb
 * @param {number} gap the free room above a row
 * @param {number} radius of the ball, which comes to rest on the edge
 * @returns {Arc}
 */
export function arcBetween(from, to, verb, gap, radius) {
  const onEdge = { ...to, y: to.y - radius };
  const rows = Math.abs(to.row - from.row);
  const cards = Math.abs(to.x - from.x) / to.width;
  if (rows === 0 && cards <= FAR_IN_ROW) return hop(from, onEdge, verb, gap);
  if (rows === 1 && cards <= FAR_BELOW) return drop(from, onEdge, verb, gap);
  return landing(onEdge, verb, gap);
}

/** The last of the flight only: from somewhere out of sight onto the edge. @param {Box} to @param {Verb} verb @param {number} gap @returns {Arc} */
function landing(to, verb, gap) {
  const ball = { x: to.x + to.width * LANDS, y: to.y };
  const [wide, high] = [gap * 1.3, gap * 0.62];
  const beyond = verb === "counters" ? gap * 0.9 : 0;
  const d = `M${at(ball.x - wide, ball.y - high)}C${at(ball.x - wide * 0.45, ball.y - high * 1.1)} ${at(ball.x + beyond - wide * 0.08, ball.y - high * 0.75)} ${at(ball.x, ball.y)}`;
  const bar = verb === "removes_obstacle" ? `M${at(ball.x - wide * 0.55, ball.y - gap * 0.42)}V${px(ball.y + gap * 0.05)}` : null;
  return { d, ball, bar };
}

/** Along a row: up from the top edge, down onto the top edge. @param {Box} from @param {Box} to @param {Verb} verb @param {number} gap */
function hop(from, to, verb, gap) {
  const forward = to.x >= from.x;
  const start = { x: from.x + from.width * (forward ? LEAVES : 1 - LEAVES), y: from.y };
  const ball = { x: to.x + to.width * (forward ? LANDS : 1 - LANDS), y: to.y };
  const lift = gap * 1.18;
  const beyond = verb === "counters" ? (forward ? 1 : -1) * gap * 1.5 : 0;
  const d = `M${at(start.x, start.y)}C${at(start.x, start.y - lift)} ${at(ball.x + beyond, ball.y - lift)} ${at(ball.x, ball.y)}`;
  const middle = (start.x + ball.x) / 2;
  return { d, ball, bar: verb === "removes_obstacle" ? `M${at(middle, start.y - gap * 0.56)}V${px(start.y - gap * 0.08)}` : null };
}

/** To another row: off one edge, through the room between, onto the other. @param {Box} from @param {Box} to @param {Verb} verb @param {number} gap */
function drop(from, to, verb, gap) {
  const down = to.y > from.y;
  const start = { x: from.x + from.width * LEAVES, y: down ? from.y + from.height : from.y };
  const ball = { x: to.x + to.width * LANDS, y: to.y };
  const beyond = verb === "counters" ? (ball.x < start.x ? -1 : 1) * gap * 1.5 : 0;
  const fall = down ? gap * 0.9 : -gap * 1.1;
  const d = `M${at(start.x, start.y)}C${at(start.x, start.y + fall)} ${at(ball.x + beyond, ball.y - gap * 1.1)} ${at(ball.x, ball.y)}`;
  return { d, ball, bar: verb === "removes_obstacle" ? `M${at(ball.x - gap * 0.6, ball.y - gap * 0.5)}H${px(ball.x - gap * 0.15)}` : null };
}

/** @param {number} value @returns {string} */
const px = (value) => String(Math.round(value * 10) / 10);

/** @param {number} x @param {number} y @returns {string} */
const at = (x, y) => `${px(x)} ${px(y)}`;

// The path of the ball from a card to the one that rebounds on it. Pure geometry, in the stage's pixels.
// It flies in the room between two columns, where no card stands, and through lanes between cards where it goes further.

/** @typedef {import("@protocol/generated/types.d.ts").Verb} Verb */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {{ d: string, ball: { x: number, y: number }, bar: string | null }} Arc `bar`: what the arc flies over */

/** How far below a card's top balls leave and land, in em of its words: beside the first line. */
const BESIDE_EM = 1.25;
/** How high above both ends a flight rises, and how much higher the farther down it goes. */
const LIFT_EM = 0.95;

/**
 * @param {Box} from
 * @param {Box} to
 * @param {Verb} verb
 * @param {number} em the size of the words
 * @param {number} radius of the ball, which comes to rest beside the edge
 * @param {readonly { x: number, y: number, width: number }[]} [lanes] where it crosses columns on its way
 * @returns {Arc}
 */
export function arcBetween(from, to, verb, em, radius, lanes = []) {
  const beside = (/** @type {Box} */ box) => box.y + Math.min(box.height / 2, BESIDE_EM * em);
  const end = { x: to.x - radius, y: beside(to) };
  let [x, y] = [from.x + from.width, beside(from)];
  let d = `M${at(x, y)}`;
  for (const lane of lanes) {
    d += `C${at(x + (lane.x - x) * 0.6, y)} ${at(lane.x - (lane.x - x) * 0.4, lane.y)} ${at(lane.x, lane.y)}H${px(lane.x + lane.width)}`;
    [x, y] = [lane.x + lane.width, lane.y];
  }
  const gap = end.x - x;
  const lift = LIFT_EM * em;
  const high = Math.min(y, end.y) - lift;
  const fallsFar = end.y - y > 2 * lift;
  // out of a lane it goes on straight before it rises
  const first = lanes.length > 0 ? { x: x + gap * 0.5, y } : { x: x + gap * 0.55, y: fallsFar ? y - lift : high };
  const second = { x: end.x - gap * (fallsFar ? 0.12 : 0.3), y: fallsFar ? end.y - 4 * lift : high };
  d += `C${at(first.x, first.y)} ${at(second.x, second.y)} ${at(end.x, end.y)}`;
  const bar = verb === "removes_obstacle" ? barUnder({ x, y }, first, second, end, em) : null;
  if (verb !== "counters") return { d, ball: end, bar };
  // thrown back: it bounces off the card it counters from
  const ball = { x: end.x - gap * 0.42, y: end.y + em * 0.55 };
  d += `C${at(end.x - gap * 0.12, end.y - em * 0.75)} ${at(ball.x + gap * 0.04, end.y - em * 0.7)} ${at(ball.x, ball.y)}`;
  return { d, ball, bar };
}

/** A bar in the middle of the room, its head just below the flight. @param {Point} a @param {Point} b @param {Point} c @param {Point} e @param {number} em */
function barUnder(a, b, c, e, em) {
  const middle = (/** @type {"x" | "y"} */ axis) => (a[axis] + 3 * b[axis] + 3 * c[axis] + e[axis]) / 8;
  return `M${at(middle("x"), middle("y") + em * 0.32)}V${px(middle("y") + em * 1.25)}`;
}

/** @typedef {{ x: number, y: number }} Point */

/** @param {number} value @returns {string} */
const px = (value) => String(Math.round(value * 10) / 10);

/** @param {number} x @param {number} y @returns {string} */
const at = (x, y) => `${px(x)} ${px(y)}`;

// The plan: where the board stands in it, what lies before and behind, and what going to a step would do. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("@protocol/generated/types.d.ts").StepSettings} StepSettings */
/** @typedef {import("@protocol/generated/types.d.ts").Method} Method */

/**
 * One thing that happens when the board goes to a step, in the order in which people notice it.
 * @typedef {{ does: "closes_vote" } | { does: "reveals", count: number } | { does: "seals" } | { does: "approves" }
 *   | { does: "stops_timer" } | { does: "starts_timer", seconds: number } | { does: "opens_vote", method: Method }} Consequence
 */

/**
 * @param {readonly Pick<Step, "id">[]} plan
 * @param {string} step the one the board stands at; it may be none of the plan's
 * @returns {number} -1 where it is none of them
 */
export const placeIn = (plan, step) => plan.findIndex((one) => one.id === step);

/**
 * @template {Pick<Step, "id">} S
 * @param {readonly S[]} plan
 * @param {string} step
 * @returns {{ back: S | null, next: S | null }} a board that stands outside its plan goes to the first step next
 */
export function around(plan, step) {
  const place = placeIn(plan, step);
  return { back: (place > 0 && plan[place - 1]) || null, next: plan[place + 1] ?? null };
}

/**
 * What comes of going from one step to another.
 * @param {Pick<Step, "private">} from
 * @param {Step} to
 * @param {{ sealed: number, voting: boolean, timing: boolean }} now ideas face down, whether a vote is open, a timer runs
 * @returns {Consequence[]}
 */
export function consequences(from, to, { sealed, voting, timing }) {
  /** @type {(Consequence | false)[]} */
  const all = [
    voting && { does: "closes_vote" },
    from.private && !to.private && sealed > 0 && { does: "reveals", count: sealed },
    to.private && !from.private && { does: "seals" },
    to.approve && { does: "approves" },
    to.timer_s !== undefined && { does: "starts_timer", seconds: to.timer_s },
    timing && to.timer_s === undefined && { does: "stops_timer" },
    to.round !== undefined && { does: "opens_vote", method: to.round.method },
  ];
  return all.filter((one) => one !== false);
}

/**
 * A step as a moderator says it, so that a change of one thing leaves the others as they are.
 * @param {Step} step
 * @returns {Required<StepSettings>}
 */
export const settingsOf = (step) => ({
  instruction: step.instruction,
  allows: [...step.allows],
  private: step.private,
  title: step.title ?? null,
  staff_allows: step.staff_allows ? [...step.staff_allows] : null,
  approve: step.approve,
  view: step.view,
  timer_s: step.timer_s ?? null,
  round: step.round ?? null,
});

/**
 * Before which step one goes that is moved by one place.
 * @param {readonly Pick<Step, "id">[]} plan
 * @param {number} place
 * @param {-1 | 1} by
 * @returns {string | null | undefined} null: to the end; undefined: there is no such place
 */
export function movedBefore(plan, place, by) {
  if (place + by < 0 || place + by >= plan.length) return undefined;
  return plan[by < 0 ? place - 1 : place + 2]?.id ?? null;
}

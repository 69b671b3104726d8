// The life of an idea in a lab, in its order. Pure.

/** @typedef {import("@protocol/generated/types.d.ts").Stage} Stage */
/** @typedef {import("@protocol/generated/types.d.ts").Staged} Staged */

export const STAGES = /** @type {const} */ (["idea", "design", "development", "test", "live", "stopped"]);

/** The stages an idea goes through when all goes well. */
export const WAY = /** @type {readonly Stage[]} */ (STAGES.filter((stage) => stage !== "stopped"));

/** @param {readonly Staged[]} stages @returns {Stage} where it is now; a card of which nothing was said is an idea */
export const stageNow = (stages) => stages.at(-1)?.stage ?? "idea";

/** @param {readonly Staged[]} stages @returns {number} how far it came on its way, which being stopped does not take back */
export const reached = (stages) => WAY.indexOf(stageNow(stages.filter(({ stage }) => stage !== "stopped")));

// What the page asks of the layout, wherever that runs. The layout of before goes with the question, so that whoever answers keeps nothing.
import { layoutCanvas } from "./canvas.js";
import { layoutWall } from "./layout.js";

/** @typedef {import("./layout.js").Item} Item */
/** @typedef {import("./layout.js").Stage} Stage */
/**
 * @typedef {{ kind: "wall", items: Item[], stage: Stage, before: import("./layout.js").Memory | null }
 *   | { kind: "canvas", items: (Item & { field: string | null })[], sections: string[], stage: Stage, before: import("./canvas.js").CanvasMemory | null }} Job
 */
/**
 * @typedef {{ kind: "wall" } & import("./layout.js").Layout
 *   | { kind: "canvas" } & import("./canvas.js").CanvasLayout} Answer
 */

/** @param {Job} job @returns {Answer} */
export function answer(job) {
  if (job.kind === "wall") return { kind: "wall", ...layoutWall(job.items, job.stage, job.before) };
  return { kind: "canvas", ...layoutCanvas(job.items, job.sections, job.stage, job.before) };
}

/**
 * What a lab's front page shows, out of what the server says of it: pure, but for the asking.
 *
 * @import { LabBoardFace, LabFace, ShowcaseFace, Stage, Staged } from "@protocol/generated/types"
 */
import { ask } from "../core/http.js";

/** In the order of the work, newest news first: what can be seen, what is tried, what is made, what is asked, what ended. */
const ORDER = /** @type {const} */ (["live", "test", "development", "design", "idea", "stopped"]);

/** @typedef {{ board: LabBoardFace, shown: ShowcaseFace, stage: Stage, last: Staged | null }} Piece  A card in the window. */

/**
 * @param {string} code  of the lab, or its id
 * @returns {Promise<LabFace>}
 */
export const labFace = (code) => ask("GET", `/api/boards/${encodeURIComponent(code)}/lab`);

/**
 * Every card in any window, by how far it is; stages at which nothing stands are not named.
 * @param {LabFace} face
 * @returns {{ stage: Stage, pieces: Piece[] }[]}
 */
export function byStage({ boards }) {
  const pieces = boards.flatMap((board) => board.showcases.map((shown) => piece(board, shown)));
  return ORDER.map((stage) => ({ stage, pieces: pieces.filter((one) => one.stage === stage) })).filter(
    (one) => one.pieces.length > 0,
  );
}

/**
 * @param {LabBoardFace} board
 * @param {ShowcaseFace} shown
 * @returns {Piece}
 */
function piece(board, shown) {
  const last = shown.stages[shown.stages.length - 1] ?? null;
  return { board, shown, stage: last?.stage ?? "idea", last };
}

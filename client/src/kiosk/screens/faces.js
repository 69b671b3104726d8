// What the kiosk shows of the boards: cards as they stand in the lab, by stage, and the numbers. Pure but for the signals
// it reads; a screen that draws from it is drawn again when a board changes.
import { STAGES, stageNow } from "../../components/lab/stages.js";
import { opinionsOf, showcaseOf, stagesOf } from "../../core/lab.js";

/** @typedef {import("../engine/index.js").Engine} Engine */
/** @typedef {ReturnType<Engine["boards"]["peek"]>[number]} KioskBoard */
/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").Showcase} Showcase */
/** @typedef {import("@protocol/generated/types.d.ts").Stage} Stage */
/** @typedef {import("@protocol/generated/types.d.ts").Staged} Staged */

/**
 * A card on the screen of a lab.
 * @typedef {{ board: KioskBoard, card: Card, showcase: Showcase | null, stages: readonly Staged[], stage: Stage }} Face
 */

/**
 * @param {KioskBoard} board
 * @param {string} id
 * @returns {Face | null} null: it is not on show, or no longer
 */
export function faceOf(board, id) {
  const state = board.state.value;
  const card = board.cards.value.get(id);
  if (!state || !card) return null;
  const stages = stagesOf(state.meta, id);
  return { board, card, showcase: showcaseOf(state.meta, id), stages, stage: stageNow(stages) };
}

/** @param {KioskBoard} board @returns {Face[]} what stands in the window first, then the newest */
export function facesOf(board) {
  const faces = [...board.cards.value.keys()].flatMap((id) => faceOf(board, id) ?? []);
  return faces.sort((a, b) => Number(!a.showcase) - Number(!b.showcase) || b.card.at_ms - a.card.at_ms);
}

/** @param {readonly KioskBoard[]} boards @returns {Map<Stage, Face[]>} every stage, in order, even where nothing stands */
export function byStage(boards) {
  const faces = boards.flatMap(facesOf);
  return new Map(STAGES.map((stage) => [stage, faces.filter((face) => face.stage === stage)]));
}

/** Boards that people come for: a lab that has no card of its own is only the place. @param {readonly KioskBoard[]} boards */
export function questionsOf(boards) {
  const [lab, ...others] = boards;
  const own = lab && (others.length === 0 || lab.cards.value.size > 0) ? [lab] : [];
  return [...own, ...others].filter((board) => board.state.value);
}

/** @param {readonly KioskBoard[]} boards @returns {{ ideas: number, rebounds: number, opinions: number }} */
export function countsOf(boards) {
  const cards = boards.flatMap((board) => [...board.cards.value.values()]);
  return {
    ideas: cards.length,
    rebounds: cards.filter(({ parents }) => (parents?.length ?? 0) > 0).length,
    opinions: boards.reduce((sum, { state }) => sum + opinionsGiven(state.value?.meta.opinions), 0),
  };
}

/** @param {Record<string, Record<string, number>> | undefined} opinions */
const opinionsGiven = (opinions) =>
  Object.values(opinions ?? {}).reduce((sum, marks) => sum + sumOf(Object.values(marks)), 0);

/** @param {readonly number[]} numbers */
const sumOf = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

/**
 * The opinions of a card with this visitor's own, which is counted when they leave it.
 * @param {Face} face
 * @param {import("@protocol/generated/types.d.ts").OpinionMark | undefined} mine
 * @returns {Partial<Record<import("@protocol/generated/types.d.ts").OpinionMark, number>>}
 */
export function opinionsWith({ board, card }, mine) {
  const counted = board.state.value ? opinionsOf(board.state.value.meta, card.id) : {};
  return mine ? { ...counted, [mine]: (counted[mine] ?? 0) + 1 } : counted;
}

/**
 * Where a picture is.
 * @param {Face} face
 * @param {480 | 1080} width
 * @returns {string | null}
 */
export const pictureOf = ({ board, showcase }, width) =>
  showcase?.picture ? `/api/boards/${encodeURIComponent(board.id)}/pictures/${showcase.picture}?width=${width}` : null;

/** The language a card is written in: its own, else its board's. @param {Face} face */
export const langOf = ({ board, card }) => card.lang ?? board.locale;

/**
 * What a lab and its kiosks show of a board beyond cards and votes: stages, showcases, opinions, the lab's boards, settings.
 *
 * It stands in a board's `meta`; an older node's snapshot has none of it, which is why it is read through the functions
 * below (DESIGN §7: v1 grows).
 *
 * @import { Card, KioskSettings, OpinionMark, Showcase, Staged } from "@protocol/generated/types"
 * @import { BoardMeta, BoardState } from "./fold.js"
 */

/** @typedef {Partial<Record<OpinionMark, number>>} Opinions  mark → how many gave it */
/** @typedef {{ card: Card, showcase: Showcase, stages: readonly Staged[] }} Shown  A card in the window, with its history. */

/** @type {KioskSettings} */
const USUAL = { idle_s: 60, keyboard: null };

/** The usual answers to a question, by how it asks. @type {Readonly<Record<Showcase["asks"], readonly OpinionMark[]>>} */
export const MARKS = {
  agree: ["agree", "pass", "disagree"],
  stars: ["1", "2", "3", "4", "5"],
  reaction: ["heart", "spark", "thanks", "laugh", "wonder"],
};

/**
 * A card's history, oldest first; none where nothing was said of it: it is an idea.
 * @param {BoardMeta} meta
 * @param {string} card
 * @returns {readonly Staged[]}
 */
export const stagesOf = ({ stages }, card) => stages?.[card] ?? [];

/**
 * @param {BoardMeta} meta
 * @param {string} card
 * @returns {Showcase | null}
 */
export const showcaseOf = ({ showcases }, card) => showcases?.[card] ?? null;

/**
 * What passers-by said of a card at kiosks.
 * @param {BoardMeta} meta
 * @param {string} card
 * @returns {Opinions}
 */
export const opinionsOf = ({ opinions }, card) => opinions?.[card] ?? {};

/**
 * The other boards of this lab.
 * @param {BoardMeta} meta
 * @returns {readonly string[]}
 */
export const labOf = ({ lab }) => lab ?? [];

/**
 * How the kiosks of this board behave.
 * @param {BoardMeta} meta
 * @returns {KioskSettings}
 */
export const settingsOf = ({ kiosk }) => ({ ...USUAL, ...kiosk });

/**
 * What stands in the window: all that a kiosk shows unasked, and only of cards that everybody sees.
 * @param {Pick<BoardState, "meta" | "shared">} state
 * @returns {Shown[]}
 */
export function inWindow({ meta, shared }) {
  return Object.entries(meta.showcases ?? {}).flatMap(([id, showcase]) => {
    const card = shared.get(id);
    return card?.state === "shown" && !card.sealed ? [{ card, showcase, stages: stagesOf(meta, id) }] : [];
  });
}

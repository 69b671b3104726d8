/**
 * What a lab and its kiosks show of a board beyond cards and votes: stages, showcases, opinions, the lab's boards, settings.
 *
 * Importing it adds its rows to the fold: kiosk, console and lab page do so at once, the phone where it shows a receipt. The
 * snapshot's own fields stand in `meta` whether or not anybody has imported this; an older node's snapshot has none of them,
 * which is why they are read through the functions below (DESIGN §7: v1 grows).
 *
 * @import { Card, KioskSettings, OpinionMark, Showcase, Staged } from "@protocol/generated/types"
 * @import { BoardMeta, BoardState } from "./fold.js"
 */
import { FOLDS } from "./fold.js";

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

/**
 * A record with this entry, or without it.
 * @template T
 * @param {Record<string, T> | undefined} before
 * @param {string} key
 * @param {T | null} value
 * @returns {Record<string, T>}
 */
function withEntry(before, key, value) {
  const after = { ...before };
  if (value === null) delete after[key];
  else after[key] = value;
  return after;
}

/** @type {typeof FOLDS} */
const LAB_FOLDS = {
  "card.history": (draft, { card, stages }) =>
    draft.meta({ stages: withEntry(draft.state.meta.stages, card, stages.length > 0 ? stages : null) }),
  "card.showcased": (draft, { card, showcase }) =>
    draft.meta({ showcases: withEntry(draft.state.meta.showcases, card, showcase) }),
  "opinions.counted": (draft, { cards }) => {
    /** @type {BoardMeta["opinions"]} */
    let opinions = draft.state.meta.opinions;
    for (const [card, counted] of Object.entries(cards)) {
      opinions = withEntry(opinions, card, Object.keys(counted).length > 0 ? counted : null);
    }
    draft.meta({ opinions });
  },
  "lab.linked": (draft, { board }) =>
    draft.meta({ lab: [...labOf(draft.state.meta).filter((one) => one !== board), board] }),
  "lab.unlinked": (draft, { board }) => draft.meta({ lab: labOf(draft.state.meta).filter((one) => one !== board) }),
  "kiosk.settings_changed": (draft, { settings }) => draft.meta({ kiosk: settings }),
};

Object.assign(FOLDS, LAB_FOLDS);

// What a lab says of a card, in sentences: its stages with their dates and notes, and what passers-by thought of it.
import { opinionsText } from "../../components/lab/opinions.js";
import { opinionsOf, stagesOf } from "../../core/lab.js";
import { dayText } from "../../i18n/dates.js";
import { t } from "../../i18n/index.js";
import "../later/texts.js";

/** @typedef {import("../../core/fold.js").BoardMeta} BoardMeta */

/**
 * @param {BoardMeta} board
 * @param {string} card
 * @returns {{ stages: string[], opinions: string | null }} stages: oldest first
 */
export function historyOf(board, card) {
  const opinions = opinionsText(opinionsOf(board, card));
  return {
    stages: stagesOf(board, card).map(({ stage, at_ms, note }) => {
      const said = { stage: t(`part.stage.${stage}`), date: dayText(at_ms) };
      return note ? t("phone.history.noted", { ...said, note }) : t("phone.history.line", said);
    }),
    opinions: opinions ? t("phone.history.opinions", { opinions }) : null,
  };
}

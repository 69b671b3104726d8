// What passers-by said of a card, in one line: by the way the card asked, and never mixed with votes.
import { MARKS } from "../../core/lab.js";
import { language, t } from "../../i18n/index.js";
import "../talk/texts.js";
import "./texts.js";

/** @typedef {import("../../core/lab.js").Opinions} Opinions */

const AGREEMENT = /** @type {const} */ (["agree", "pass", "disagree"]);
const REACTIONS = /** @type {const} */ (["heart", "spark", "thanks", "laugh", "wonder"]);

/** @param {Opinions} counted @returns {{ n: number, mean: number }} stars only */
export function starsIn(counted) {
  const given = MARKS.stars.map((mark) => ({ stars: Number(mark), n: counted[mark] ?? 0 }));
  const n = given.reduce((sum, one) => sum + one.n, 0);
  return { n, mean: n > 0 ? given.reduce((sum, one) => sum + one.stars * one.n, 0) / n : 0 };
}

/** @param {Opinions} counted @returns {string} "12 for · 3 no opinion"; empty where nobody said anything */
export function opinionsText(counted) {
  const { n, mean } = starsIn(counted);
  const rounded = new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 });
  return [
    ...AGREEMENT.flatMap((mark) => (counted[mark] ? t(`part.opinion.${mark}`, { n: counted[mark] }) : [])),
    ...(n > 0 ? [t("part.opinion.stars", { n, mean: rounded.format(mean) })] : []),
    ...REACTIONS.flatMap((mark) => (counted[mark] ? t("part.reaction.count", { reaction: t(`part.reaction.${mark}`), n: counted[mark] }) : [])),
  ].join(" · ");
}

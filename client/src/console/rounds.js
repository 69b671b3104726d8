// A vote in words: what it is called, by which rules, and who can take part.
import { t } from "../i18n/index.js";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */

/** @param {RoundView} round @param {readonly RoundView[]} rounds @returns {string} its title, or its number and method */
export const roundName = (round, rounds) =>
  round.title ?? t("console.vote.nth", { n: rounds.indexOf(round) + 1, method: t(`console.method.${round.method}`) });

/** Those who can vote: whoever is here and neither steers nor shows. @param {BoardStore} store @returns {number} */
export function votersHere(store) {
  const presence = store.presence.value;
  if (!presence) return 0;
  const voters = presence.people?.filter((person) => person.role === "participant" || person.role === "staff");
  return voters ? voters.length : presence.here;
}

/** What a method's budget and such are, in a line. @param {RoundView} round @returns {string} */
export function roundRules(round) {
  const parts = [
    t(`console.method.${round.method}`),
    round.method === "dots" && t("console.vote.rules", { budget: round.budget, cap: round.cap }),
    round.method === "quadratic" && t("console.vote.rules.credits", { n: round.budget }),
    ["stars", "criteria", "matrix"].includes(round.method) && t("console.vote.rules.scale", { n: round.scale }),
    round.on !== "cards" && t(`console.vote.on.${round.on}`),
    round.secret && t("console.vote.secretNow"),
  ];
  return parts.filter(Boolean).join(" · ");
}

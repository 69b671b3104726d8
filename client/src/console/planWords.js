// What a step is and what going there would do, in words.
import { clockText } from "../components/timeLeft.js";
import { language, t } from "../i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("./plan.js").Consequence} Consequence */

const TITLE_CHARS = 60;

/**
 * @param {Pick<Step, "title" | "instruction">} step
 * @param {number} place counted from 0
 * @returns {string} its title, the beginning of its instruction, or its number
 */
export function stepName(step, place) {
  const line = step.title || (step.instruction ?? "").split("\n")[0]?.trim() || "";
  if (!line) return t("console.plan.nth", { n: place + 1 });
  return [...line].length > TITLE_CHARS ? `${[...line].slice(0, TITLE_CHARS - 1).join("").trimEnd()}…` : line;
}

/** @param {number} seconds @returns {string} "90 s", "3 min", "2:30" */
function durationText(seconds) {
  if (seconds % 60 === 0) return t("console.minutes", { n: seconds / 60 });
  return seconds <= 90 ? t("console.seconds", { n: seconds }) : clockText(seconds);
}

/** @param {Consequence} one @param {string} [title]  of the step it leads to, which is not said again @returns {string} */
function consequenceText(one, title) {
  switch (one.does) {
    case "reveals":
      return t("console.does.reveals", { n: one.count });
    case "starts_timer":
      return t("console.does.starts_timer", { time: durationText(one.seconds) });
    case "opens_vote": {
      const method = t(`console.method.${one.method}`);
      return method === title ? t("console.does.votes") : t("console.does.opens_vote", { method });
    }
    default:
      return t(`console.does.${one.does}`);
  }
}

/**
 * @param {readonly Consequence[]} all
 * @param {string} [title]  of the step it leads to, where it stands beside these words
 * @returns {string} one line, its first letter large; empty where nothing happens
 */
export function consequencesText(all, title) {
  const line = new Intl.ListFormat(language.value, { type: "unit", style: "short" }).format(all.map((one) => consequenceText(one, title)));
  return line && `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

/** What a step brings, for the line under its name, which is not said again. @param {Step} step @returns {string} */
export function stepLine(step) {
  const parts = [
    step.private && t("console.plan.private"),
    step.approve && t("console.plan.approve"),
    step.timer_s !== undefined && durationText(step.timer_s),
    step.round && t(`console.method.${step.round.method}`),
  ];
  return parts.filter((part) => part && part !== step.title).join(" · ");
}

// The methods of choosing as a facilitator meets them: in which order, with which defaults, and what each can be set to.
import { LIMITS } from "@protocol/generated/tables.js";

/** @typedef {import("@protocol/generated/types.d.ts").Method} Method */
/** @typedef {import("@protocol/generated/types.d.ts").RoundOpen} RoundOpen */
/** @typedef {import("@protocol/generated/types.d.ts").Items} Items */
/** @typedef {"budget" | "cap" | "scale" | "criteria"} Setting */

/**
 * @typedef {object} MethodRow
 * @property {Partial<RoundOpen>} defaults beside those of every vote
 * @property {readonly Setting[]} settings what can be set
 * @property {readonly Items[]} on what can be voted on, the usual first
 * @property {boolean} asks whether it begins with a question to be typed
 */

/** In the order of the list: the quick ones first, the thorough ones last. @type {Record<Method, MethodRow>} */
export const METHODS = {
  dots: { defaults: { budget: 5, cap: 3, secret: true }, settings: ["budget", "cap"], on: ["cards", "groups", "options"], asks: false },
  agree: { defaults: { secret: true }, settings: [], on: ["cards", "groups", "options"], asks: false },
  hands: { defaults: { on: "options" }, settings: [], on: ["options", "cards", "groups"], asks: true },
  choice: { defaults: { on: "options", secret: true }, settings: [], on: ["options", "cards", "groups"], asks: true },
  stars: { defaults: { secret: true }, settings: ["scale"], on: ["cards", "groups", "options"], asks: false },
  matrix: { defaults: { secret: true }, settings: ["scale"], on: ["cards", "groups", "options"], asks: false },
  criteria: { defaults: { secret: true }, settings: ["criteria", "scale"], on: ["cards", "groups", "options"], asks: false },
  pairwise: { defaults: { secret: true }, settings: [], on: ["cards", "groups", "options"], asks: false },
  quadratic: { defaults: { budget: 25, secret: true }, settings: ["budget"], on: ["cards", "groups", "options"], asks: false },
};

export const METHOD_ORDER = /** @type {Method[]} */ (Object.keys(METHODS));

/**
 * A vote by this method as it would open if nobody set anything.
 * @param {Method} method
 * @param {{ yes: string, criteria: readonly string[] }} words a show of hands is one option; criteria have names
 * @returns {RoundOpen}
 */
export function roundBy(method, { yes, criteria }) {
  const row = METHODS[method];
  return {
    type: "round.open",
    method,
    budget: null,
    cap: null,
    secret: false,
    title: null,
    on: row.on[0] ?? "cards",
    options: method === "hands" ? [yes] : [],
    criteria: method === "criteria" ? criteria.map((label) => ({ label, weight: 1 })) : [],
    scale: 5,
    ...row.defaults,
  };
}

/** How many options a vote on options needs. @param {Method} method */
export const optionsNeeded = (method) => (method === "hands" ? 1 : 2);

/** @typedef {"options" | "criteria" | "title"} Missing */

/**
 * A vote as it goes out: blanks cut, empty lines left out, nothing in it that its method does not know.
 * @param {RoundOpen} round
 * @returns {{ round: RoundOpen } | { missing: Missing }}
 */
export function readyToOpen(round) {
  const row = METHODS[round.method];
  const options = round.on === "options" ? cleaned(round.options) : [];
  const criteria = row.settings.includes("criteria")
    ? round.criteria.map((one) => ({ ...one, label: one.label.trim() })).filter((one) => one.label)
    : [];
  const title = round.title?.trim() || null;
  if (round.on === "options" && options.length < optionsNeeded(round.method)) return { missing: "options" };
  if (row.settings.includes("criteria") && criteria.length === 0) return { missing: "criteria" };
  const budget = row.settings.includes("budget") ? round.budget : null;
  const cap = row.settings.includes("cap") && round.cap !== null ? Math.min(round.cap, budget ?? round.cap) : null;
  return { round: { ...round, title, options, criteria, budget, cap } };
}

/** @param {readonly string[]} lines @returns {string[]} */
const cleaned = (lines) => [...new Set(lines.map((line) => line.trim()).filter(Boolean))].slice(0, LIMITS.OPTIONS_PER_ROUND);

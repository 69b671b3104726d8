// The tokens' promise: text at least 4.5 to 1, parts and focus at least 3 to 1, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11).
// @vitest-environment node
import { describe, expect, it } from "vitest";

/** @typedef {"light" | "dark"} Theme */

// the build reads stylesheets for itself, so a test must read this one from the disk
const { readFileSync } = await import(/** @type {string} */ ("node:fs"));
/** @type {string} */
const css = readFileSync(new URL("../../src/design/tokens.css", import.meta.url), "utf8");

/** @param {Theme} theme @returns {Map<string, string>} token name → hex colour */
function colours(theme) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [, name, light, dark] of css.matchAll(/--([\w-]+): var\(--light, (#\w{6})\) var\(--dark, (#\w{6})\)/g)) {
    if (name && light && dark) found.set(name, theme === "light" ? light : dark);
  }
  for (const [, name, both] of css.matchAll(/--([\w-]+): (#\w{6});/g)) if (name && both) found.set(name, both);
  return found;
}

/** @param {string} hex @returns {number} WCAG relative luminance */
function luminance(hex) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} other @returns {number} */
function contrast(one, other) {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["paper", "card", "sunk"];
const TEXTS = ["ink", "quiet", "success", "warning", "danger"];
const PARTS = ["ink", "quiet", "accent", "success", "warning", "danger", "focus"];
/** Words that stand on a colour of their own. */
const ON = [
  ["on-accent", "accent"],
  ["on-accent", "accent-deep"],
  ["paper", "ink"],
  ["card", "danger"],
  ["ink", "accent-wash"],
  ["quiet", "accent-wash"],
  ["accent", "card"],
  // a card's own colour: its words, its quiet line, and what can be refused or pending on it
  ...[1, 2, 3, 4, 5, 6].flatMap((colour) => ["ink", "quiet", "warning", "danger"].map((text) => [text, `wash-${colour}`])),
];
/** Parts that stand on a ground of their own: a coloured card's strip on its wash and on the paper, a mark's edge. */
const PARTS_ON = [1, 2, 3, 4, 5, 6].flatMap((colour) => [
  [`strip-${colour}`, `wash-${colour}`],
  [`strip-${colour}`, "paper"],
  ["accent", `wash-${colour}`],
  ["focus", `wash-${colour}`],
]);

describe.each(/** @type {Theme[]} */ (["light", "dark"]))("given the %s theme", (theme) => {
  const token = colours(theme);
  /** @param {string} name */
  const of = (name) => {
    const hex = token.get(name);
    if (!hex) throw new Error(`no token --${name}`);
    return hex;
  };

  it.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground])))("then text in %s on %s reads", (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(ON)("then text in %s on %s reads", (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(PARTS.flatMap((part) => GROUNDS.map((ground) => [part, ground])))("then a part in %s on %s is seen", (part, ground) => {
    expect(contrast(of(part), of(ground))).toBeGreaterThanOrEqual(3);
  });

  it.each(PARTS_ON)("then %s on %s is seen", (part, ground) => {
    expect(contrast(of(part), of(ground))).toBeGreaterThanOrEqual(3);
  });

  it("then a segment's mark is seen by its edge, whatever its hue", () => {
    expect(css).toContain("--segment-edge: var(--ink)");
    for (const ground of GROUNDS) expect(contrast(of("ink"), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

// How much room words take. Pure: a way to measure a word comes in.

/** An average letter of the text face; wide scripts count double. @param {string} word @returns {number} em */
export function estimated(word) {
  let width = 0;
  for (const char of word) width += /[\u1100-\u11ff\u2e80-\uffdc\u{1f000}-\u{3ffff}]/u.test(char) ? 1.05 : 0.5;
  return width;
}

/** @typedef {{ space: number, paragraphs: number[][] }} Measured each paragraph's words, in em */

/**
 * @param {string} text
 * @param {(word: string) => number} measure a word's width in em
 * @returns {Measured}
 */
export const measured = (text, measure) => ({
  space: measure(" "),
  paragraphs: text.split("\n").map((paragraph) => paragraph.split(/ +/).map(measure)),
});

/**
 * How many lines a text takes, broken between words, inside a word only where it is wider than a line.
 * @param {Measured} text
 * @param {number} width_em
 * @returns {number} at least 1
 */
export function linesOf({ space, paragraphs }, width_em) {
  let lines = 0;
  for (const words of paragraphs) {
    let used = 0;
    lines += 1;
    for (const width of words) {
      if (used > 0 && used + space + width <= width_em) {
        used += space + width;
        continue;
      }
      if (used > 0) lines += 1;
      const whole = Math.max(0, Math.ceil(width / width_em) - 1);
      lines += whole;
      used = width - whole * width_em;
    }
  }
  return lines;
}

// How much room words take. Pure: a way to measure a word comes in.

/** An average letter of the text face; wide scripts count double. @param {string} word @returns {number} em */
export function estimated(word) {
  let width = 0;
  for (const char of word) width += /[\u1100-\u11ff\u2e80-\uffdc\u{1f000}-\u{3ffff}]/u.test(char) ? 1.05 : 0.5;
  return width;
}

/** @typedef {{ width: number, before: number }} Piece `before`: the space it keeps from what stands before it on a line */
/** @typedef {Piece[][]} Measured each paragraph's words, in em; a line may also end after a hyphen */

/**
 * @param {string} text
 * @param {(word: string) => number} measure a word's width in em
 * @returns {Measured}
 */
export function measured(text, measure) {
  const space = measure(" ");
  const pieces = (/** @type {string} */ word) =>
    word.split(/(?<=\p{L}-)(?=\p{L})/u).map((piece, at) => ({ width: measure(piece), before: at === 0 ? space : 0 }));
  return text.split("\n").map((paragraph) => paragraph.split(/ +/).flatMap(pieces));
}

/**
 * How many lines a text takes, broken between words, inside a word only where it is wider than a line.
 * @param {Measured} text
 * @param {number} width_em
 * @returns {number} at least 1
 */
export function linesOf(text, width_em) {
  let lines = 0;
  for (const pieces of text) {
    let used = 0;
    lines += 1;
    for (const { width, before } of pieces) {
      if (used > 0 && used + before + width <= width_em) {
        used += before + width;
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

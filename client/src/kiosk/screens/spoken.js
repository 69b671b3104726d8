// What a screen says when it is read aloud: its words in the order they stand, each in its language. What is hidden from a
// screen reader is not said; a picture is said by its alternative. Knows elements; knows no voice.

/** @typedef {{ text: string, lang: string }} Piece */

/** What is left out: drawings, keys, and what is there for other senses. */
const UNSAID = "[aria-hidden='true'], .keys, [data-unsaid], svg:not([role='img'])";
/** After these a voice takes a breath. */
const BREATH = /^(H[1-6]|P|LI|BUTTON|DT|DD|FIGCAPTION|LABEL)$/;

/**
 * @param {Element | null} root
 * @returns {Piece[]} neighbours in one language are one piece
 */
export function spoken(root) {
  /** @type {Piece[]} */
  const pieces = [];
  if (root) collect(root, root.closest("[lang]")?.getAttribute("lang") ?? "en", pieces);
  return pieces.map(({ text, lang }) => ({ text: tidy(text), lang })).filter(({ text }) => text);
}

/** @param {string} text */
const tidy = (text) => text.replace(/\s+/g, " ").replace(/(?:\s*\.)+\s*\./g, ".").replace(/([.?!:…])\s*\./g, "$1").replace(/^[\s.]+/, "").replace(/\s+\./g, ".").trim();

/** @param {Element} element @param {string} lang @param {Piece[]} pieces */
function collect(element, lang, pieces) {
  if (element.matches(UNSAID) || element.hasAttribute("hidden")) return;
  const own = element.getAttribute("lang") || lang;
  if (element instanceof HTMLTextAreaElement) return add(`${element.value}. `, own, pieces);
  const named = element.getAttribute("aria-label") ?? (element.tagName === "IMG" ? element.getAttribute("alt") : null);
  if (named !== null && !/^(SECTION|UL|DIV|NAV|FIELDSET)$/.test(element.tagName)) add(named, own, pieces);
  else {
    for (const child of element.childNodes) {
      if (child instanceof Element) collect(child, own, pieces);
      else if (child.nodeType === Node.TEXT_NODE) add(child.textContent ?? "", own, pieces);
    }
  }
  if (BREATH.test(element.tagName)) add(". ", own, pieces);
  return undefined;
}

/** @param {string} text @param {string} lang @param {Piece[]} pieces */
function add(text, lang, pieces) {
  const last = pieces.at(-1);
  if (last && (last.lang === lang || !text.trim())) last.text += ` ${text}`;
  else pieces.push({ text, lang });
}

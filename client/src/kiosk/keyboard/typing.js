// A text and its caret, and what a key makes of them; what may stand in a text at all. Pure: no element, no clock.
// The rules of protocol/rebond_protocol/text.py, with one difference: what the server would refuse is left out here, so
// that nobody at a kiosk is ever told that their text holds something they cannot see.

/** @typedef {{ text: string, start: number, end: number }} Draft `start` … `end` is what is selected, in UTF-16 units */

/** @type {Draft} */
export const EMPTY = { text: "", start: 0, end: 0 };

const LINE_END = /\r\n?|\u0085|\u2028|\u2029/g;
/** Controls but for the line feed; Bidi_Control (UAX #9); byte order mark, annotations; lone surrogates, noncharacters. */
const FORBIDDEN = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|\p{Cs}/gu;

/**
 * What may stay of a text, whether typed or pasted.
 * @param {string} raw of any length
 * @param {number} maxChars counted in code points, as the server does
 * @returns {string}
 */
export function cleaned(raw, maxChars) {
  const bounded = raw.slice(0, 4 * maxChars + 64); // do not normalise a megabyte to find out that it is too long
  const text = bounded.replace(LINE_END, "\n").replace(/\t/g, " ").replace(FORBIDDEN, "").normalize("NFC");
  return firstChars(text, maxChars);
}

/** @param {string} text @param {number} count */
const firstChars = (text, count) => (text.length <= count ? text : [...text].slice(0, count).join(""));

/** @param {string} text @returns {number} code points, as the server counts them */
export const charsOf = (text) => [...text].length;

/** Whether there is anything to read in it. @param {string} text */
export const isBlank = (text) => !/[^\p{Cf}\p{Mn}\p{Me}\p{Z}\p{Cc}\p{Cn}]/u.test(text);

const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** @param {string} text @param {number} at @returns {number} where what stands before `at` begins: a whole emoji, a whole é */
function before(text, at) {
  const last = [...clusters.segment(text.slice(0, at))].at(-1);
  return last?.index ?? 0;
}

/** @param {string} text @param {number} at @returns {number} where what stands after `at` ends */
function after(text, at) {
  const [next] = clusters.segment(text.slice(at));
  return at + (next?.segment.length ?? 0);
}

/** @param {string} text @param {number} caret @returns {Draft} */
const caretAt = (text, caret) => ({ text, start: caret, end: caret });

/** @param {Draft} draft @param {number} from @param {number} to @returns {Draft} */
const without = ({ text }, from, to) => caretAt(text.slice(0, from) + text.slice(to), from);

/** @type {Record<string, (draft: Draft) => Draft>} keys that write nothing */
const MOVES = {
  "{bksp}": (draft) => without(draft, draft.start < draft.end ? draft.start : before(draft.text, draft.start), draft.end),
  "{left}": ({ text, start, end }) => caretAt(text, start < end ? start : before(text, start)),
  "{right}": ({ text, start, end }) => caretAt(text, start < end ? end : after(text, end)),
  "{clear}": () => EMPTY,
};

/**
 * The draft after a key. A key that would write more than fits changes nothing.
 * @param {Draft} draft
 * @param {string} key what stands on it, or the name of a deed
 * @param {number} maxChars
 * @returns {Draft}
 */
export function pressed(draft, key, maxChars) {
  const move = MOVES[key];
  if (move) return move(draft);
  const written = key === "{space}" ? " " : key;
  const head = (draft.text.slice(0, draft.start) + written).normalize("NFC");
  const text = head + draft.text.slice(draft.end);
  return charsOf(text) > maxChars ? draft : caretAt(text, head.length);
}

/**
 * The draft after the field itself was changed: a keyboard of flesh and plastic, a paste.
 * @param {string} raw what stands in the field now
 * @param {number} caret where its caret is now
 * @param {number} maxChars
 * @returns {Draft}
 */
export function changed(raw, caret, maxChars) {
  const text = cleaned(raw, maxChars);
  const head = cleaned(raw.slice(0, caret), maxChars);
  return caretAt(text, Math.min(head.length, text.length));
}

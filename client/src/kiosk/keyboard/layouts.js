// What stands on the keys: ten of equal width to a row, so that each is large enough on the narrowest kiosk (768 px).
// Every letter French is written with is one or two touches away, none needs a long press, and none a double tap.
// Pure tables: they know no element and no words (a key's words are `kiosk.key.…`).

/** @typedef {import("@protocol/generated/types.d.ts").Keyboard} Layout */
/** @typedef {"letters" | "capitals" | "accents" | "digits"} Page */

/** Keys that do something; the others write what stands on them. */
export const DEEDS = /** @type {const} */ ([
  "{shift}", "{bksp}", "{left}", "{right}", "{space}", "{letters}", "{accents}", "{digits}",
]); // prettier-ignore

/** The ten accents French needs most; all the others stand on the page of accents. */
const ACCENTS = "é è à ç ê ù â ô î œ";

/** @type {Record<Layout, readonly string[]>} */
const LETTERS = {
  azerty: [ACCENTS, "a z e r t y u i o p", "q s d f g h j k l m", "{shift} w x c v b n ' - {bksp}"],
  qwerty: [ACCENTS, "q w e r t y u i o p", "a s d f g h j k l '", "{shift} z x c v b n m - {bksp}"],
};

const ALL_ACCENTS = [
  "é è ê ë à â ä ç î ï",
  "ô ö ù û ü ÿ œ æ ñ ß",
  "É È Ê Ë À Â Ä Ç Î Ï",
  "Ô Ö Ù Û Ü Ÿ Œ Æ Ñ {bksp}",
];

const DIGITS = [
  "1 2 3 4 5 6 7 8 9 0",
  "! : ; ' \" ( ) - – …",
  "« » / @ & + * # % €",
  "= ° _ < > [ ] $ £ {bksp}",
];

/** The space bar takes three places (Keyboard.css). @type {Record<Page, string>} */
const FOOT = {
  letters: "{digits} {accents} , {space} . ? {left} {right}",
  capitals: "{digits} {accents} , {space} . ? {left} {right}",
  accents: "{digits} {letters} , {space} . ? {left} {right}",
  digits: "{letters} {accents} , {space} . ? {left} {right}",
};

/** @param {string} row @returns {string} the same keys in capitals; deeds stay what they are */
const inCapitals = (row) =>
  row.split(" ").map((key) => (key.length > 1 ? key : key.toLocaleUpperCase("fr"))).join(" ");

/** @param {Layout} layout @returns {Record<Page, string[]>} */
const pagesOf = (layout) => ({
  letters: [...LETTERS[layout], FOOT.letters],
  capitals: [...LETTERS[layout].map(inCapitals), FOOT.capitals],
  accents: [...ALL_ACCENTS, FOOT.accents],
  digits: [...DIGITS, FOOT.digits],
});

/** All pages of every keyboard, row by row, keys parted by a space. @type {Record<Layout, Record<Page, string[]>>} */
export const PAGES = { azerty: pagesOf("azerty"), qwerty: pagesOf("qwerty") };

/** A join code has these letters and digits and no others (rebond_protocol.ids, CODE_ALPHABET): one page is enough. */
export const CODE_PAGES = { letters: ["3 4 6 7 8 9 A B C D", "E F G H J K L M N P", "Q R T U V W X Y {bksp}"] };

/**
 * The keyboard to begin with.
 * @param {Layout | null | undefined} set what the board's moderators chose
 * @param {string} language BCP 47
 * @returns {Layout}
 */
export const layoutFor = (set, language) => set ?? (language.startsWith("fr") ? "azerty" : "qwerty");

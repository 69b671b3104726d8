// What a visitor can write at a kiosk: every French letter within two touches, and nothing that does not belong in a text.
import { describe, expect, it } from "vitest";
import { CODE_PAGES, DEEDS, PAGES, layoutFor } from "../../../src/kiosk/keyboard/layouts.js";
import { afterShift, beginsSentence, capitals } from "../../../src/kiosk/keyboard/shift.js";
import { EMPTY, changed, charsOf, cleaned, isBlank, pressed } from "../../../src/kiosk/keyboard/typing.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ACCENTED = "éèêëàâçùûüîïôœæÿ";
const LAYOUTS = /** @type {const} */ (["azerty", "qwerty"]);

/** @param {readonly string[]} rows */
const keysOf = (rows) => rows.flatMap((row) => row.split(" "));

describe.each(LAYOUTS)("the %s keyboard", (layout) => {
  const pages = PAGES[layout];

  it("given any French letter, small or capital, then one touch writes it, or two: its page, and it", () => {
    for (const letter of LETTERS) expect(keysOf(pages.letters)).toContain(letter);
    for (const letter of LETTERS.toUpperCase()) expect(keysOf(pages.capitals)).toContain(letter);
    for (const letter of ACCENTED + ACCENTED.toLocaleUpperCase("fr")) {
      expect([...keysOf(pages.letters), ...keysOf(pages.accents)], letter).toContain(letter);
    }
    expect(keysOf(pages.letters)).toEqual(expect.arrayContaining(["é", "è", "à", "ç", "ê", "ù"]));
  });

  it("given digits and the marks of a sentence, then they stand on one page, guillemets too", () => {
    expect(keysOf(pages.digits)).toEqual(expect.arrayContaining([..."0123456789.,?!:;'\"()«»–…/@&+€%-"]));
  });

  it("given any page, then its rows have ten places, the deeds are there, and no key stands twice", () => {
    for (const rows of Object.values(pages)) {
      const keys = keysOf(rows);
      expect(new Set(keys).size).toBe(keys.length);
      for (const row of rows) expect(row.split(" ").reduce((places, key) => places + (key === "{space}" ? 3 : 1), 0)).toBe(10);
      for (const deed of ["{space}", "{bksp}", "{left}", "{right}"]) expect(keys).toContain(deed);
      for (const key of keys.filter((one) => one.length > 1)) expect(DEEDS).toContain(key);
    }
  });
});

describe("which keyboard", () => {
  it("given none chosen, then the one usual in the language; given one, then that", () => {
    expect([layoutFor(null, "fr"), layoutFor(null, "fr-CA"), layoutFor(null, "en"), layoutFor("qwerty", "fr")]).toEqual(["azerty", "azerty", "qwerty", "qwerty"]);
  });

  it("given a join code, then exactly its letters and digits can be typed", () => {
    expect(keysOf(CODE_PAGES.letters).filter((key) => key.length === 1).sort().join("")).toBe("346789ABCDEFGHJKLMNPQRTUVWXY");
  });
});

describe("a key", () => {
  /** @param {string} keys one character each; `<` deletes, `[` and `]` move */
  const typed = (keys, from = EMPTY) =>
    [...keys].reduce((draft, key) => pressed(draft, { "<": "{bksp}", "[": "{left}", "]": "{right}", " ": "{space}" }[key] ?? key, 12), from);

  it("given letters, spaces, deletions and a moved caret, then the text is what one meant", () => {
    expect(typed("ete<< é").text).toBe("e é");
    expect(typed("caf[[[x").text).toBe("xcaf");
    expect(typed("ac[b")).toEqual({ text: "abc", start: 2, end: 2 });
  });

  it("given a whole emoji or a decomposed accent before the caret, then one deletion takes all of it", () => {
    expect(pressed({ text: "👩‍🔬", start: 5, end: 5 }, "{bksp}", 12).text).toBe("");
    expect(pressed({ text: "e\u0301", start: 2, end: 2 }, "{bksp}", 12).text).toBe("");
    expect(pressed({ text: "a👍🏽b", start: 1, end: 1 }, "{right}", 12).start).toBe(5);
  });

  it("given a selection, then it is replaced, or deleted, and nothing beside it", () => {
    expect(pressed({ text: "abcd", start: 1, end: 3 }, "x", 12)).toEqual({ text: "axd", start: 2, end: 2 });
    expect(pressed({ text: "abcd", start: 1, end: 3 }, "{bksp}", 12).text).toBe("ad");
    expect(pressed({ text: "abcd", start: 1, end: 3 }, "{clear}", 12)).toEqual(EMPTY);
  });

  it("given a text that is full, then another letter changes nothing", () => {
    const full = typed("abcdefghijkl");
    expect(pressed(full, "m", 12)).toBe(full);
  });
});

describe("what is pasted or typed on a real keyboard", () => {
  it("given a hundred thousand characters, then what fits, counted as the server counts", () => {
    expect(charsOf(cleaned("👍".repeat(50_000), 500))).toBe(500);
    expect(cleaned("é".repeat(100_000), 1_000)).toHaveLength(1_000);
  });

  it("given control and bidirectional characters, lone surrogates and byte order marks, then none of them stays", () => {
    expect(cleaned("a\u202eb\u2066c\u200fd\u0000e\u0007f\ufeffg\ud800h\u009bi", 100)).toBe("abcdefghi");
  });

  it("given other systems' line ends, tabs and letters in pieces, then our own", () => {
    expect(cleaned("a\r\nb\rc\u2028d\te\u0301", 100)).toBe("a\nb\nc\nd é");
  });

  it("given a change in the middle, then the caret stays behind it", () => {
    expect(changed("ab\u202ecd", 3, 100)).toEqual({ text: "abcd", start: 2, end: 2 });
    expect(changed("x".repeat(50), 50, 12)).toEqual({ text: "x".repeat(12), start: 12, end: 12 });
  });

  it("given nothing to see, then it is blank", () => {
    expect([isBlank(" \n\u00a0\u200d"), isBlank(" é ")]).toEqual([true, false]);
  });
});

describe("capitals", () => {
  it("given the beginning of a text or a sentence, then they come by themselves, and one press sends them away", () => {
    expect(["", "Oui. ", "Vraiment ? ", "a\n"].map(beginsSentence)).toEqual([true, true, true, true]);
    expect(["a", "M.B", "a. b"].map(beginsSentence)).toEqual([false, false, false]);
    expect(capitals("auto", true)).toBe(true);
    expect(afterShift("auto", true)).toBe("off");
  });

  it("given the shift key again and again, then once, for good, not at all", () => {
    expect([afterShift("auto", false), afterShift("once", false), afterShift("lock", false)]).toEqual(["once", "lock", "off"]);
  });
});

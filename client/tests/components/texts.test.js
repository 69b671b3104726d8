// Every word in both languages, with the same gaps to fill in.
import { describe, expect, it } from "vitest";
import laterEn from "../../src/components/later/texts.en.js";
import laterFr from "../../src/components/later/texts.fr.js";
import partEn from "../../src/components/texts.en.js";
import partFr from "../../src/components/texts.fr.js";
import outcomeEn from "../../src/components/results/texts.en.js";
import outcomeFr from "../../src/components/results/texts.fr.js";
import en from "../../src/console/texts.en.js";
import fr from "../../src/console/texts.fr.js";
import "../../src/front/texts.js";
import talkEn from "../../src/components/talk/texts.en.js";
import talkFr from "../../src/components/talk/texts.fr.js";
import { addTexts, allTexts } from "../../src/i18n/index.js";
import "../../src/wall/texts.js";

addTexts({ en, fr });
addTexts({ en: partEn, fr: partFr });
addTexts({ en: laterEn, fr: laterFr });
addTexts({ en: outcomeEn, fr: outcomeFr });
addTexts({ en: talkEn, fr: talkFr });
const { en: english = {}, fr: french = {} } = allTexts();

/** @param {import("../../src/i18n/index.js").Text | undefined} text @returns {string[]} the names to fill in, whatever the number */
function gaps(text) {
  const forms = typeof text === "string" ? [text] : Object.values(text ?? {});
  return [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
}

describe("the words of front, console, wall and components", () => {
  it("given a key in one language, then it is in the other", () => {
    expect(Object.keys(french).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(Object.keys(english))("given %s, then both languages fill in the same", (key) => {
    expect(gaps(french[key])).toEqual(gaps(english[key]));
  });

  it("given French, then nothing but a space that does not break stands before ? ! : ; and inside quotation marks", () => {
    const mine = Object.entries(french).filter(([key]) => /^(part|front|wall|console)\./.test(key));
    const loose = mine.filter(([, text]) => / [?!:;»]|« /.test(JSON.stringify(text)));
    expect(loose).toEqual([]);
  });
});

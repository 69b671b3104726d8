// What the phone asks ahead is what it asks for a moment later: the board's face, and the words in the language it will speak.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keepSeat, leaveSeat } from "../../src/core/identity.js";
import { chooseLanguage } from "../../src/i18n/index.js";

const WORDS = { en: ["/assets/a.en.js", "/assets/b.en.js"], fr: ["/assets/a.fr.js"], "pt-BR": ["/assets/a.pt.js"] };

/** A page at this address, and what is asked ahead on it. @param {string} address @param {readonly string[]} [languages] */
async function opened(address, languages = ["en-GB"]) {
  document.head.innerHTML = "";
  /** @type {HTMLLinkElement[]} */
  const links = [];
  vi.spyOn(document.head, "append").mockImplementation((link) => void links.push(/** @type {HTMLLinkElement} */ (link)));
  const words = document.head.appendChild(document.createElement("meta"));
  words.name = "words";
  words.content = JSON.stringify(WORDS);
  history.replaceState(null, "", address);
  vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
  vi.resetModules();
  await import("../../src/phone/ahead.js");
  return links.map((link) => `${link.rel} ${link.getAttribute("href")} ${link.getAttribute("as") ?? ""}`.trim());
}

beforeEach(() => {
  localStorage.clear();
  leaveSeat("KITE7");
});

describe("asking ahead", () => {
  it("asks for the face of the board somebody is about to join, and for their words", async () => {
    expect(await opened("/j/kite7")).toEqual([
      "modulepreload /assets/a.en.js",
      "modulepreload /assets/b.en.js",
      "preload /api/boards/KITE7 fetch",
    ]);
  });

  it("asks for the face of a code that nobody has as it is asked for then", async () => {
    expect((await opened("/j/%E0%A4%A")).at(-1)).toBe("preload /api/boards/%25E0%25A4%25A fetch");
  });

  it("asks for no face where nobody is going to be asked anything, or where it is another's to see", async () => {
    keepSeat("KITE7", { board: "b", token: "t", seat: "b.p1" });
    for (const address of ["/j/KITE7", "/j/OTHER#i=secret", "/j/OTHER#h=secret", "/j/OTHER?preview#t=token", "/j/"]) {
      expect((await opened(address)).filter((asked) => asked.startsWith("preload"))).toEqual([]);
    }
  });

  it("speaks as the page will: the address first, then what was chosen, then the browser's languages, then English", async () => {
    const words = async (/** @type {string} */ address, /** @type {string[]} */ ...languages) =>
      (await opened(address, languages)).filter((asked) => asked.startsWith("modulepreload")).map((asked) => asked.slice(14));
    expect(await words("/j/KITE7", "fr-CA", "en")).toEqual(WORDS.fr);
    expect(await words("/j/KITE7", "nl")).toEqual(WORDS.en);
    expect(await words("/j/KITE7", "pt-BR")).toEqual(WORDS["pt-BR"]);
    await chooseLanguage("fr");
    expect(await words("/j/KITE7", "en")).toEqual(WORDS.fr);
    expect(await words("/j/KITE7?lang=en", "fr")).toEqual(WORDS.en);
  });
});

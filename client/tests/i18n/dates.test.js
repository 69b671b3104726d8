// In which order a date stands: the language's words, the device's order where the language is the device's own.
import { afterEach, describe, expect, it, vi } from "vitest";
import { dayText, momentText, regional } from "../../src/i18n/dates.js";
import { language } from "../../src/i18n/index.js";

const MAY = new Date(2026, 4, 3, 14, 5).getTime();

/** @param {string} code on the screen @param {string} device */
function reads(code, device) {
  vi.stubGlobal("navigator", { language: device });
  language.value = code;
  return dayText(MAY);
}

afterEach(() => vi.unstubAllGlobals());

describe("a date", () => {
  it.each([
    ["fr", "fr-FR", "3 mai 2026"],
    ["fr", "en-US", "3 mai 2026"],
    ["en", "fr-FR", "3 May 2026"],
    ["en", "en", "3 May 2026"],
    ["en", "en-GB", "3 May 2026"],
    ["en", "en-US", "May 3, 2026"],
    ["en", "en-CA", "May 3, 2026"],
  ])("given %s on the screen of a device that speaks %s, then %s", (code, device, shown) => {
    expect(reads(code, device)).toBe(shown);
  });

  it("given a language without an order of its own here, then as the platform writes it", () => {
    expect([regional("pt", "fr-FR"), regional("pt", "pt-BR"), regional("pt-BR", "fr-FR")]).toEqual(["pt", "pt-BR", "pt-BR"]);
  });

  it("given a moment, then with the hour as it is written there", () => {
    expect(reads("en", "fr-FR")).toBe(dayText(MAY, "long"));
    expect(momentText(MAY)).toBe("3 May 2026 at 14:05");
    language.value = "fr";
    expect(momentText(MAY)).toBe("3 mai 2026 à 14:05");
  });
});

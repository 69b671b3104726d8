// Names, clocks and outcomes in words, in both languages.
import { beforeEach, describe, expect, it } from "vitest";
import { avatarWords } from "../../src/components/avatarWords.js";
import { creditTo, joined, lookOf } from "../../src/components/CardView.jsx";
import { gathered } from "../../src/components/LiveRegion.jsx";
import { upTo } from "../../src/components/ResultsView.jsx";
import { placesOf, quoted, resultsSentence } from "../../src/components/resultsWords.js";
import { SHAPES, markOf } from "../../src/components/SegmentMark.jsx";
import { clockText, nextTick, secondsLeft } from "../../src/components/timeLeft.js";
import { chooseLanguage } from "../../src/i18n/index.js";

beforeEach(() => chooseLanguage("en"));

describe("avatar words", () => {
  it("given the same id, then the same animal on every screen and in both languages", () => {
    expect(avatarWords("p_7Qx", "en")).toBe(avatarWords("p_7Qx", "en"));
    expect(avatarWords("p_7Qx", "en")).not.toBe(avatarWords("p_7Qx", "fr"));
    expect(avatarWords("p_7Qx", "en")).toMatch(/^[A-Z][a-z]+ [a-z]+$/);
  });

  it("given a hundred people, then their names rarely meet", () => {
    const names = new Set(Array.from({ length: 100 }, (_, at) => avatarWords(`participant-${at}`, "fr")));
    expect(names.size).toBeGreaterThan(85);
  });
});

describe("segment marks", () => {
  it("given the twelve segments a board may have, then no two look alike, and the first six differ by shape alone", () => {
    const marks = Array.from({ length: 12 }, (_, place) => markOf(place));
    expect(new Set(marks.map(({ shape, hue }) => `${shape} ${hue}`)).size).toBe(12);
    expect(marks.slice(0, 6).map(({ shape }) => shape)).toEqual(SHAPES);
  });
});

describe("the timer", () => {
  it("given two devices whose clocks differ, then both show the same second", () => {
    const timer = { ends_ms: 1_000_000 };
    expect(secondsLeft(timer, 995_500, 0)).toBe(5);
    expect(secondsLeft(timer, 995_500 - 7_000, 7_000)).toBe(5);
    expect(secondsLeft(timer, 1_200_000, 0)).toBe(0);
  });

  it("given a time, then it is written as a clock", () => {
    expect([0, 9, 65, 720, 3_723].map(clockText)).toEqual(["0:00", "0:09", "1:05", "12:00", "1:02:03"]);
  });

  it("given a fraction of a second, then the next tick falls on the second", () => {
    expect(nextTick({ ends_ms: 10_000 }, 9_300, 0)).toBe(700);
    expect(nextTick({ ends_ms: 10_000 }, 8_000, 0)).toBe(1_000);
  });
});

describe("a card's look", () => {
  const card = /** @type {import("@protocol/generated/types.d.ts").Card} */ ({ state: "shown" });
  it("given its state, its seal and its delivery, then one word says how it looks", () => {
    expect(lookOf(card)).toBe("normal");
    expect(lookOf({ ...card, sealed: true })).toBe("sealed");
    expect(lookOf({ ...card, state: "hidden", sealed: true })).toBe("hidden");
    expect(lookOf({ ...card, state: "pending" }, "refused")).toBe("refused");
  });
});

describe("what is said", () => {
  it("given several names, then they are joined as people say them", async () => {
    expect(joined(["Ana"])).toBe("Ana");
    expect(joined(["Ana", "Ben", "Cy"])).toBe("Ana, Ben and Cy");
    await chooseLanguage("fr");
    expect(joined(["Ana", "Ben"])).toBe("Ana et Ben");
  });

  it("given much news at once, then the first few are said and the others counted", () => {
    expect(gathered(["a", "b"])).toBe("a. b");
    expect(gathered(["a", "b", "c", "d", "e"])).toBe("a. b. c. and 2 more");
  });

  it("given a long text, then it is cut at a word", () => {
    expect(quoted(`${"long ".repeat(30)}`)).toMatch(/^“(long )+long…”$/);
  });
});

describe("an outcome", () => {
  /** @param {[string, number, number][]} rows */
  const results = (rows) => rows.map(([card, points, rank]) => ({ card, points, rank, voters: 1 }));
  const textOf = (/** @type {string} */ card) => card.toUpperCase();

  it("given equal points, then they share a place (ties stay ties)", () => {
    const places = placesOf(results([["c", 3, 3], ["a", 5, 1], ["b", 5, 1], ["d", 0, 4]]));
    expect(places.map((place) => [place.rank, place.results.length])).toEqual([[1, 2], [3, 1]]);
  });

  it("given a winner, a tie or nobody, then a sentence says so", async () => {
    expect(resultsSentence(results([["a", 5, 1], ["b", 1, 2]]), textOf, 3)).toBe(
      "“A” comes first with 5 points. Next: “B”, 1 point. 3 people voted.",
    );
    expect(resultsSentence(results([["a", 5, 1], ["b", 5, 1]]), textOf, 3)).toContain("“A” and “B” share first place");
    expect(resultsSentence(results(["a", "b", "c", "d"].map((card) => [card, 2, 1])), textOf, 1)).toBe(
      "4 ideas share first place with 2 points each. One person voted.",
    );
    await chooseLanguage("fr");
    expect(resultsSentence([], textOf, 0)).toBe("Personne n’a voté cette fois.");
    expect(resultsSentence(results([["a", 5, 1]]), textOf, 2)).toBe("«\u00a0A\u00a0» arrive en tête avec 5 points. 2 personnes ont voté.");
  });

  it("given little room, then a tie is drawn whole or not at all", () => {
    const places = placesOf(results([["a", 5, 1], ["b", 4, 2], ["c", 4, 2], ["d", 4, 2]]));
    expect(upTo(places, 3).map((place) => place.rank)).toEqual([1]);
    expect(upTo(places, 4).map((place) => place.rank)).toEqual([1, 2]);
  });
});

describe("credit", () => {
  it("given a name, then the name; on an anonymous board the first words instead; without either, somebody", () => {
    const ana = /** @type {any} */ ({ participant: "p1", role: "participant", name: "Ana" });
    const text = "We are afraid of being wrong in front of our bosses";
    expect(creditTo({ id: "c", author: ana, text })).toBe("Ana");
    expect(creditTo({ id: "c", author: null, text })).toBe("“We are afraid of being…”");
    expect(creditTo({ id: "c", author: null })).toBe("Somebody");
  });
});

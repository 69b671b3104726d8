// Names, clocks and outcomes in words, in both languages.
import { beforeEach, describe, expect, it } from "vitest";
import { avatarWords } from "../../src/components/avatarWords.js";
import { creditTo, joined, lookOf } from "../../src/components/CardView.jsx";
import { gathered } from "../../src/components/LiveRegion.jsx";
import { quoted } from "../../src/components/quoted.js";
import { ballsOf } from "../../src/components/results/MatrixPlot.jsx";
import { firstRanks, intervalWords, outcomeSentence, quadrantOf, ranksOf, recountSentences, scoreWords } from "../../src/components/results/scores.js";
import { SHAPES, markOf } from "../../src/components/SegmentMark.jsx";
import { clockText, nextTick, secondsLeft } from "../../src/components/timeLeft.js";
import { allTexts, chooseLanguage } from "../../src/i18n/index.js";

beforeEach(() => chooseLanguage("en"));

describe("avatar words", () => {
  it("given the same id, then the same animal on every screen and in every language", async () => {
    expect(avatarWords("p_7Qx")).toBe(avatarWords("p_7Qx"));
    expect([avatarWords("p_7Qx"), avatarWords("a")]).toEqual(["Generous pelican", "Steady gazelle"]);
    await chooseLanguage("fr");
    expect([avatarWords("p_7Qx"), avatarWords("a")]).toEqual(["Pélican généreux", "Gazelle constante"]);
    const lists = ["en", "fr"].map((code) => ["animals", "kinds"].map((list) => String(allTexts()[code]?.[`part.avatar.${list}`]).split(" ").length));
    expect(lists).toEqual([[32, 24], [32, 24]]);
  });

  it("given a hundred people, then their names rarely meet", () => {
    const names = new Set(Array.from({ length: 100 }, (_, at) => avatarWords(`participant-${at}`)));
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
    const timer = { started_ms: 910_000, ends_ms: 1_000_000 };
    expect(secondsLeft(timer, 995_500, 0)).toBe(5);
    expect(secondsLeft(timer, 995_500 - 7_000, 7_000)).toBe(5);
    expect(secondsLeft(timer, 1_200_000, 0)).toBe(0);
    expect(secondsLeft(timer, 910_000, -400)).toBe(90); // a clock a little behind gives nobody a second more
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
    expect(joined(["Ana", "Ben", "Cy"])).toBe("Ana, Ben, and Cy");
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
  /** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
  /** @typedef {Partial<import("@protocol/generated/types.d.ts").Result>} More */
  /** @param {[string, number, number, More?][]} rows */
  const results = (rows) => rows.map(([card, points, rank, more]) => ({ card, points, rank, voters: 3, ...more }));
  /** @param {Partial<RoundView>} change */
  const round = (change) =>
    /** @type {RoundView} */ (/** @type {unknown} */ ({ method: "dots", counted_by: "points", scale: 5, voters: 3, results: [], ...change }));
  const labelOf = (/** @type {string} */ card) => card.toUpperCase();
  /** @param {RoundView} of */
  const said = (of) => outcomeSentence(of, of.results ?? [], of.counted_by ?? "points", labelOf);

  it("given equal points, then they share a rank (ties stay ties), and what nobody wanted has none", () => {
    const ranks = ranksOf(results([["c", 3, 3], ["a", 5, 1], ["b", 5, 1], ["d", 0, 4]]), "points");
    expect(ranks.map((rank) => [rank.rank, rank.results.length])).toEqual([[1, 2], [3, 1]]);
  });

  it("given a score that may be nothing or less, then it stands among the others", () => {
    expect(ranksOf(results([["a", 2, 1], ["b", -3, 2], ["c", 0, 3, { voters: 0 }]]), "net")).toHaveLength(2);
  });

  it("given a winner, a tie or nobody, then a sentence says so", async () => {
    expect(said(round({ results: results([["a", 5, 1], ["b", 1, 2]]) }))).toBe("“A” comes first: 5 points. Next: “B”, 1 point. 3 people took part.");
    expect(said(round({ results: results([["a", 5, 1], ["b", 5, 1]]) }))).toContain("“A” and “B” share first place: 5 points each.");
    expect(said(round({ results: results(["a", "b", "c", "d"].map((card) => [card, 2, 1])), voters: 1 }))).toBe("4 ideas share first place: 2 points each. One person took part.");
    await chooseLanguage("fr");
    expect(said(round({}))).toBe("Personne n’a voté cette fois.");
  });

  it("given each method, then its score is said in its own unit", () => {
    /** @type {[Partial<RoundView>, number, More, string][]} */
    const cases = [
      [{ method: "hands" }, 1, {}, "1 hand"],
      [{ method: "choice" }, 4, {}, "4 voices"],
      [{ method: "agree", counted_by: "agreement" }, 71, { score: 70.9 }, "at least 71% in favour"],
      [{ method: "stars", counted_by: "mean" }, 4, { score: 4.36 }, "4.4 of 5 on average"],
      [{ method: "matrix", counted_by: "balance" }, -1, { score: -1.4 }, "impact less effort −1.4"],
      [{ method: "quadratic", counted_by: "net" }, 6, {}, "+6 net"],
      [{ method: "pairwise", counted_by: "bradley_terry" }, 78, { score: 78.2 }, "taken over a middling idea 78 times in 100"],
    ];
    for (const [change, points, more, words] of cases) {
      const of = round(change);
      expect(scoreWords(/** @type {any} */ (results([["a", points, 1, more]])[0]), of.counted_by ?? "points", of)).toBe(words);
    }
  });

  it("given intervals that overlap, then the sentence does not pretend", () => {
    const close = results([["a", 4, 1, { score: 4.4, low: 3.9, high: 4.9 }], ["b", 4, 2, { score: 3.9, low: 3.2, high: 4.5 }]]);
    expect(said(round({ method: "stars", counted_by: "mean", results: close }))).toContain("The first places overlap");
    const clear = results([["a", 5, 1, { low: 4.6, high: 5 }], ["b", 2, 2, { low: 1.2, high: 2.5 }]]);
    expect(said(round({ method: "stars", counted_by: "mean", results: clear }))).not.toContain("overlap");
  });

  it("given few people, or an interval without a width, then none is said", () => {
    const words = (/** @type {More} */ more) => intervalWords({ card: "a", points: 4, rank: 1, voters: 3, low: 3.2, high: 4.8, ...more });
    expect(words({})).toBe("probably between 3.2 and 4.8");
    expect([{ voters: 2 }, { low: 4, high: 4 }, { low: 4.01, high: 4.03 }, { low: undefined }].map(words)).toEqual(["", "", "", ""]);
    const two = results([["a", 4, 1, { low: 4, high: 4, voters: 2 }], ["b", 3, 2, { low: 3, high: 5, voters: 2 }]]);
    expect(said(round({ method: "stars", counted_by: "mean", results: two }))).not.toContain("overlap");
  });

  it("given effort and impact, then a quarter has its name, and what lies on a line has none", () => {
    const quadrant = (/** @type {number} */ effort, /** @type {number} */ impact) => quadrantOf({ card: "a", points: 0, rank: 1, voters: 1, counts: [1, effort, impact] }, 5);
    expect([quadrant(1, 5), quadrant(5, 5), quadrant(1, 1), quadrant(5, 1), quadrant(3, 5)]).toEqual(["quick", "big", "fill", "leave", null]);
  });

  it("given balls on one spot, then each keeps its number to itself", () => {
    const same = Array.from({ length: 12 }, (_, at) => ({ card: `c${at}`, points: 0, rank: 1, voters: 1, counts: [1, 3, 3] }));
    const balls = ballsOf(same, 5);
    for (const [at, ball] of balls.entries()) for (const other of balls.slice(at + 1)) expect(Math.hypot(ball.x - other.x, ball.y - other.y)).toBeGreaterThan(7.9);
  });

  it("given the same ballots counted another way, then it says whether that changes who is first", () => {
    const of = round({ results: results([["a", 5, 1], ["b", 4, 2]]), recounts: [{ by: "voters", results: results([["b", 3, 1], ["a", 2, 2]]) }] });
    expect(recountSentences(of, labelOf)).toEqual(["Counted by people, “B” would come first."]);
    const tied = results([["a", 5, 1], ["b", 5, 1], ["c", 4, 3]]);
    const other = results([["b", 5, 1], ["c", 5, 1], ["a", 4, 3]]);
    const by = (/** @type {typeof tied} */ now, /** @type {typeof tied} */ then) => recountSentences(round({ results: now, recounts: [{ by: "voters", results: then }] }), labelOf);
    expect(by(tied, [...tied].reverse())).toEqual(["Counted by people, the same ones come first."]);
    expect(by(tied, other)).toEqual(["Counted by people, 2 ideas would share first place."]);
  });

  it("given little room, then a tie is drawn whole or named in one line", () => {
    const ranks = ranksOf(results([["a", 5, 1], ["b", 4, 2], ["c", 4, 2], ["d", 4, 2]]), "points");
    expect(firstRanks(ranks, 3)).toMatchObject({ shown: [{ rank: 1 }], crowd: { rank: 2 }, left: 0 });
    expect(firstRanks(ranks, 4)).toMatchObject({ shown: [{ rank: 1 }, { rank: 2 }], crowd: null, left: 0 });
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

// Lab matters on the desk: whose boards may come in, how a kiosk is, what was wrong with a picture, what passers-by said.
import { beforeEach, describe, expect, it, vi } from "vitest";
import later from "../../src/components/lab/texts.en.js";
import { opinionsText } from "../../src/components/lab/opinions.js";
import { reached, stageNow } from "../../src/components/lab/stages.js";
import talk from "../../src/components/talk/texts.en.js";
import { createKiosks, kioskName, seenText, stateText } from "../../src/console/kiosks.js";
import { boardTyped, isLab, steeredBoards, waitingText } from "../../src/console/labBoards.js";
import { pictureProblem } from "../../src/console/pictures.js";
import en from "../../src/console/texts.en.js";
import fr from "../../src/console/texts.fr.js";
import { keepSeat } from "../../src/core/identity.js";
import { Refused } from "../../src/core/refused.js";
import { keepMadeBoard } from "../../src/front/madeBoards.js";
import { addTexts, chooseLanguage } from "../../src/i18n/index.js";
import { boardView } from "../components/boardStore.js";

/** @typedef {import("@protocol/generated/types.d.ts").Kiosk} Kiosk */

beforeEach(async () => {
  localStorage.clear();
  addTexts({ en: { ...en, ...later, ...talk }, fr });
  await chooseLanguage("en");
});

describe("boards that may come into a lab", () => {
  const made = {
    id: "b1",
    code: "KTE7X",
    title: "Made here",
    made_ms: 1,
    tokens: { moderator: "m1", kiosk: "k", display: "d" },
    links: { participant: "P", moderator: "M", kiosk: "K", wall: "W" },
  };

  it("given boards made here and consoles opened here, then each once, with the token of whoever steers it", () => {
    keepMadeBoard(made);
    keepSeat("console.b1", { board: "b1", token: "m1", seat: "s" });
    keepSeat("console.b2", { board: "b2", token: "m2", seat: "s" });
    keepSeat("wall.b3", { board: "b3", token: "d3", seat: "s" });
    expect(steeredBoards()).toEqual([
      { board: "b1", token: "m1", code: "KTE7X", title: "Made here" },
      { board: "b2", token: "m2" },
    ]);
  });

  it.each([
    ["kte-7x", { board: "b1", token: "m1" }],
    ["http://there/j/KTE7X", { board: "b1", token: "m1" }],
    ["http://there/console/b9?lang=fr#t=m9", { board: "b9", token: "m9" }],
    [" http://there/console/b9#t=m9 ", { board: "b9", token: "m9" }],
    ["http://there/console/b9", null],
    ["http://there/console/b1?lang=fr", { board: "b1", token: "m1" }],
    ["http://there/console/%E0%A4%A#t=%E0%A4%A", { board: "%E0%A4%A", token: "%E0%A4%A" }],
    ["AAAAA", null],
    ["", null],
  ])("given %j typed, then %j", (typed, meant) => {
    const found = boardTyped(typed, [{ board: "b1", token: "m1", code: "KTE7X" }]);
    if (meant) expect(found).toMatchObject(meant);
    else expect(found).toBeNull();
  });

  it("given what waits on a board, then both kinds are said, or that nothing does", () => {
    const said = [[0, 0], [1, 0], [0, 2], [12, 1]].map(([cards_waiting = 0, comments_waiting = 0]) => waitingText({ cards_waiting, comments_waiting }));
    expect(said).toEqual(["nothing to approve", "1 idea to approve", "2 comments to approve", "12 ideas to approve · 1 comment to approve"]);
  });

  it("given a board without any of it, then lab matters do not stand on the desk", () => {
    expect(isLab(boardView())).toBe(false);
    expect(isLab(boardView({ lab: ["b2"] }))).toBe(true);
    expect(isLab(boardView({ template: "lab" }))).toBe(true);
    expect(isLab(boardView({ showcases: { c1: { asks: "agree", question: null, picture: null, alternative: null } } }))).toBe(true);
  });
});

describe("a kiosk in words", () => {
  const NOW_MS = 1_800_000_000_000;
  /** @type {Kiosk} */
  const kiosk = { participant: "k1", name: "Entrance", since_ms: NOW_MS - 1e9, seen_ms: NOW_MS - 60_000, queued: 0, build: "one", behind: false, removed: false, has_pin: false, of_lab: false };

  it.each([
    [null, "not seen yet"],
    [NOW_MS - 90_000, "here now"],
    [NOW_MS + 5_000, "here now"],
    [NOW_MS - 12 * 60_000, "last seen 12 minutes ago"],
    [NOW_MS - 3 * 3_600_000, "last seen 3 hours ago"],
    [NOW_MS - 30 * 3_600_000, "last seen yesterday"],
    [NOW_MS - 20 * 86_400_000, "last seen 2 weeks ago"],
  ])("given it reported at %j, then %s", (seen_ms, said) => expect(seenText(seen_ms, NOW_MS)).toBe(said));

  it("given French, then in French", async () => {
    await chooseLanguage("fr");
    expect(seenText(NOW_MS - 30 * 3_600_000, NOW_MS)).toBe("vue hier");
  });

  it("given what waits and another build, then both are said; of a revoked one nothing but that", () => {
    expect(stateText(kiosk, NOW_MS)).toBe("here now");
    expect(stateText({ ...kiosk, queued: 2, behind: true }, NOW_MS)).toBe(
      "here now · 2 contributions wait for its line · will update by itself",
    );
    expect(stateText({ ...kiosk, removed: true, behind: true }, NOW_MS)).toBe("taken off");
    expect(kioskName({ ...kiosk, name: null })).toBe("The kiosk’s link");
  });

  it("given the list is open, then it is asked for again by itself, and at once when somebody comes, but not for each of a crowd", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const ask = vi.fn(() => Promise.resolve([kiosk]));
      const kiosks = createKiosks(/** @type {any} */ ({ kiosks: ask }));
      const leave = kiosks.watch();
      await vi.advanceTimersByTimeAsync(0);
      expect(kiosks.rows.value).toEqual([kiosk]);
      kiosks.stir();
      expect(ask).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(4_000);
      kiosks.stir();
      await vi.advanceTimersByTimeAsync(0);
      expect(ask).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(15_000);
      expect(ask).toHaveBeenCalledTimes(3);
      ask.mockRejectedValueOnce(new Refused({ code: "unreachable", message: "away", temporary: true }));
      await vi.advanceTimersByTimeAsync(15_000);
      expect(kiosks.rows.value).toEqual([kiosk]);
      expect(kiosks.problem.value).not.toBe("");
      leave();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ask).toHaveBeenCalledTimes(4);
    } finally {
      vi.useRealTimers();
    }
  });

});

describe("a picture that was refused", () => {
  it.each([
    [{ code: "not_a_picture", details: { problem: "heic" } }, en["console.picture.heic"]],
    [{ code: "not_a_picture", details: { problem: "damaged" } }, en["console.picture.damaged"]],
    [{ code: "not_a_picture" }, en["console.picture.unknown"]],
    [{ code: "too_large", details: { max_pixels: 1 } }, en["console.picture.pixels"]],
    [{ code: "too_large", details: { max_bytes: 1 } }, "This picture is too heavy: 12 MB at most."],
  ])("given %j, then it is said what to do", (problem, said) => {
    expect(pictureProblem(new Refused({ message: "", temporary: false, ...problem }))).toBe(said);
  });
});

describe("what passers-by said", () => {
  it("given opinions, then numbers by how the card asked; given none, then nothing", () => {
    expect(opinionsText({})).toBe("");
    expect(opinionsText({ disagree: 1, agree: 12 })).toBe("12 for · 1 against");
    expect(opinionsText({ 5: 2, 4: 1 })).toBe("4.7 stars out of 5 (3 opinions)");
    expect(opinionsText({ heart: 3, agree: 1 })).toBe("1 for · I love it: 3");
  });
});

describe("stages", () => {
  it("given a history, then where it is, and how far it came although it was stopped", () => {
    const history = /** @type {const} */ (["design", "test", "stopped"]).map((stage, at_ms) => ({ stage, at_ms, note: null }));
    expect(stageNow([])).toBe("idea");
    expect(stageNow(history)).toBe("stopped");
    expect(reached(history)).toBe(3);
    expect(reached([])).toBe(0);
  });
});

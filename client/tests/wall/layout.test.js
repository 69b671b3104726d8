// Where cards stand on the wall: never over one another, never outside, never a longer line than 38 characters.
import { describe, expect, it } from "vitest";
import { arcBetween } from "../../src/wall/arcs.js";
import { byInterest, familiesOf } from "../../src/wall/families.js";
import { EM, estimated, layoutWall, linesOf } from "../../src/wall/layout.js";
import { sceneOf } from "../../src/wall/scene.js";

const FULL_HD = { width: 1490, height: 860, base_px: 20 };
const STAGES = [FULL_HD, { width: 2980, height: 1720, base_px: 40 }, { width: 300, height: 500, base_px: 13 }];

/** A small generator whose seed replays a case. @param {number} seed */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** @param {number} count @param {number} seed */
function board(count, seed) {
  const next = chance(seed);
  return Array.from({ length: count }, (_, at) => ({
    id: `c${at}`,
    text: Array.from({ length: 1 + Math.floor(next() * 28) }, () => "m".repeat(1 + Math.floor(next() * 11))).join(" "),
    parents: at > 0 && next() < 0.5 ? [`c${Math.floor(next() * at)}`] : [],
    at_ms: at,
    section: seed % 2 ? null : { title: "Keep", place: at % 3 },
  }));
}

/** @typedef {import("../../src/wall/layout.js").Placed} Placed */
/** @param {Placed} one @param {Placed} other */
const overlap = (one, other) =>
  one.x < other.x + other.width - 0.01 &&
  other.x < one.x + one.width - 0.01 &&
  one.y < other.y + other.height - 0.01 &&
  other.y < one.y + one.height - 0.01;

describe("the wall's layout", () => {
  it.each([1, 2, 3, 7, 14, 40, 60, 61, 200])("given %i cards, then none overlaps, none leaves the stage, none is lost", (count) => {
    for (const stage of STAGES) {
      for (const seed of [1, 2, 3]) {
        const cards = board(count, seed);
        const { pages, left_out } = layoutWall(cards, stage);
        const shown = pages.flatMap((page) => page.cards.map((card) => card.id));
        expect(new Set(shown).size, `seed ${seed}`).toBe(shown.length);
        expect(shown.length + left_out, `seed ${seed}`).toBe(count);
        for (const page of pages) {
          page.cards.forEach((card, at) => {
            expect(card.x, `seed ${seed}`).toBeGreaterThanOrEqual(-0.01);
            expect(card.y, `seed ${seed}`).toBeGreaterThanOrEqual(-0.01);
            expect(card.x + card.width, `seed ${seed}`).toBeLessThanOrEqual(stage.width + 0.01);
            expect(card.y + card.height, `seed ${seed}`).toBeLessThanOrEqual(stage.height + 0.01);
            for (const other of page.cards.slice(at + 1)) expect(overlap(card, other), `seed ${seed}`).toBe(false);
          });
        }
      }
    }
  });

  it("given sixty short ideas, then all stand on one page of a full HD wall", () => {
    const cards = Array.from({ length: 60 }, (_, at) => ({ id: `c${at}`, text: "Say hello by name", parents: [], at_ms: at }));
    expect(layoutWall(cards, FULL_HD).pages).toHaveLength(1);
  });

  it("given few ideas, then the words are larger than with many", () => {
    const few = layoutWall(board(4, 5), FULL_HD).pages[0]?.size_px ?? 0;
    const many = layoutWall(board(40, 5), FULL_HD).pages[0]?.size_px ?? 0;
    expect(few).toBeGreaterThan(many);
    expect(many).toBeGreaterThanOrEqual(16);
  });

  it("given any card, then its text is at most 38 characters wide", () => {
    for (const page of layoutWall(board(5, 9), FULL_HD).pages) {
      for (const card of page.cards) {
        const text_em = card.width / page.size_px - 2 * EM.pad_x;
        expect(text_em).toBeLessThanOrEqual(38 * 0.47);
      }
    }
  });

  it("given more than fit, then the newest and most rebounded come first", () => {
    const cards = board(200, 4).map((card) => ({ ...card, parents: card.id === "c0" ? [] : /** @type {string[]} */ ([]) }));
    const first = layoutWall(cards, FULL_HD).pages[0]?.cards.map((card) => card.id) ?? [];
    expect(first).toContain("c199");
    expect(first).not.toContain("c0");
  });
});

describe("lines", () => {
  it("given words, then they break between words, and inside only a word wider than a line", () => {
    const measure = (/** @type {string} */ word) => word.length;
    expect(linesOf("aaa bbb ccc", 7, measure)).toBe(2);
    expect(linesOf("aaaaaaaaaa", 4, measure)).toBe(3);
    expect(linesOf("a\n\nb", 10, measure)).toBe(3);
    expect(linesOf("", 10, measure)).toBe(1);
  });

  it("given a wide script, then its letters count double", () => {
    expect(estimated("日本")).toBeGreaterThan(estimated("ab"));
  });
});

describe("families", () => {
  const at = (/** @type {string} */ id, /** @type {number} */ at_ms, /** @type {string[]} */ parents = []) => ({ id, text: id, parents, at_ms });

  it("given rebounds, then a child stands after its parent and before the next family", () => {
    const order = familiesOf([at("a", 1), at("b", 2), at("a1", 3, ["a"]), at("b1", 4, ["b"]), at("a11", 5, ["a1"])]).map((family) => family.map((card) => card.id));
    expect(order).toEqual([["a", "a1", "a11"], ["b", "b1"]]);
  });

  it("given a card that combines two families, then they are one", () => {
    const order = familiesOf([at("a", 1), at("b", 2), at("ab", 3, ["a", "b"])]).map((family) => family.map((card) => card.id));
    expect(order).toEqual([["a", "ab", "b"]]);
  });

  it("given sections, then their cards stand together, in the board's order", () => {
    const section = (/** @type {number} */ place) => ({ title: `S${place}`, place });
    const cards = [{ ...at("b", 1), section: section(1) }, { ...at("none", 2), section: null }, { ...at("a", 3), section: section(0) }];
    expect(familiesOf(cards).map((family) => family[0]?.id)).toEqual(["a", "b", "none"]);
  });

  it("given a parent that is not on the wall, then its child begins a family", () => {
    expect(familiesOf([at("x", 1, ["gone"])])).toHaveLength(1);
  });

  it("given families, then what is new and what was rebounded on come before what is neither", () => {
    const order = byInterest(familiesOf([at("old", 1), at("b", 2), at("b1", 9, ["b"]), at("new", 10)])).map((family) => family[0]?.id);
    expect(order.at(-1)).toBe("old");
  });
});

describe("arcs", () => {
  const from = { x: 0, y: 100, width: 100, height: 50, row: 0 };
  const beside = { x: 200, y: 100, width: 100, height: 50, row: 0 };
  const below = { x: 0, y: 200, width: 100, height: 50, row: 1 };

  it("given a neighbour, then the ball rests on its edge, on the near side", () => {
    expect(arcBetween(from, beside, "extends", 30, 4).ball).toEqual({ x: 230, y: 96 });
    expect(arcBetween(beside, from, "extends", 30, 4).ball).toEqual({ x: 70, y: 96 });
    expect(arcBetween(from, below, "extends", 30, 4).ball.y).toBe(196);
  });

  it("given a card far away, then only the landing is drawn, on its edge", () => {
    const far = { ...below, row: 4, y: 500 };
    const arc = arcBetween(from, far, "extends", 30, 4);
    expect(arc.ball).toEqual({ x: 30, y: 496 });
    expect(arc.d.startsWith("M0 ") || arc.d.startsWith("M-9 ")).toBe(true);
  });

  it("given an obstacle removed, then there is a bar to fly over, and for no other verb", () => {
    expect(arcBetween(from, beside, "removes_obstacle", 30, 4).bar).not.toBeNull();
    expect(arcBetween(from, beside, "combines", 30, 4).bar).toBeNull();
  });

  it("given a counter, then the ball turns back", () => {
    const beyond = /C[^ ]+ [^ ]+ ([\d.]+) /.exec(arcBetween(from, beside, "counters", 30, 4).d)?.[1];
    expect(Number(beyond)).toBeGreaterThan(230);
  });
});

describe("the scene", () => {
  /** @param {Partial<import("@protocol/generated/types.d.ts").Card>} change @returns {import("@protocol/generated/types.d.ts").Card} */
  const card = (change) => ({ id: "c", text: "x", section: null, author: null, rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 10, order: 0, ...change });
  /** @type {import("@protocol/generated/types.d.ts").RoundView} */
  const closed = { id: "r", method: "dots", title: null, budget: 5, cap: 5, secret: true, state: "closed", opened_ms: 20, closed_ms: 30, voters: 1, results: [] };

  it("given private writing, then the wall counts and shows no card", () => {
    expect(sceneOf([card({ sealed: true, text: "" })], [], { private: true }, null)).toEqual({ kind: "writing", sealed: 1 });
  });

  it("given earlier cards while people write, then they stay, with the count of the sealed ones", () => {
    const scene = sceneOf([card({}), card({ id: "d", sealed: true })], [], { private: true }, null);
    expect(scene).toMatchObject({ kind: "cards", sealed: 1 });
  });

  it("given cards that wait, are binned or erased, then none of them is on the wall", () => {
    const states = /** @type {const} */ (["pending", "withdrawn", "removed", "erased"]);
    expect(sceneOf(states.map((state) => card({ state })), [], { private: false }, null)).toEqual({ kind: "invitation" });
  });

  it("given a vote just closed, then its outcome, until the room goes on", () => {
    expect(sceneOf([card({})], [closed], { private: false }, null).kind).toBe("results");
    expect(sceneOf([card({}), card({ at_ms: 31 })], [closed], { private: false }, null).kind).toBe("cards");
    expect(sceneOf([card({})], [closed], { private: false }, { started_ms: 40, ends_ms: 50 }).kind).toBe("cards");
  });
});

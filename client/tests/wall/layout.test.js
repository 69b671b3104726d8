// Where cards stand on the wall: never over one another, never outside, never a longer line than 38 characters, and the
// next time where they stood before.
import { describe, expect, it } from "vitest";
import { arcBetween } from "../../src/wall/layout/arcs.js";
import { fieldsOf, layoutCanvas } from "../../src/wall/layout/canvas.js";
import { byInterest, familiesOf } from "../../src/wall/layout/families.js";
import { EM, layoutWall, sizeOf } from "../../src/wall/layout/layout.js";
import { lineageOf } from "../../src/wall/layout/lineage.js";
import { estimated, linesOf, measured } from "../../src/wall/layout/words.js";
import { sceneOf } from "../../src/wall/scene.js";

const FULL_HD = { width: 1490, height: 860, base_px: 20 };
const STAGES = [FULL_HD, { width: 2980, height: 1720, base_px: 40 }, { width: 960, height: 570, base_px: 13.3 }, { width: 1040, height: 1300, base_px: 20 }];

/** A small generator whose seed replays a case. @param {number} seed */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** @param {string} text */
const words = (text) => measured(text, estimated);

/** @param {number} count @param {number} seed @returns {import("../../src/wall/layout/layout.js").Item[]} */
function board(count, seed) {
  const next = chance(seed);
  return Array.from({ length: count }, (_, at) => ({
    id: `c${at}`,
    words: words(Array.from({ length: 1 + Math.floor(next() * 28) }, () => "m".repeat(1 + Math.floor(next() * 11))).join(" ")),
    parents: at > 0 && next() < 0.5 ? [`c${Math.floor(next() * at)}`] : [],
    at_ms: at,
    section: seed % 2 ? null : { title: "Keep", place: at % 3 },
  }));
}

/** @typedef {import("../../src/wall/layout/layout.js").Placed} Placed */
/** @param {Placed} one @param {Placed} other */
const overlap = (one, other) =>
  one.x < other.x + other.width - 0.01 &&
  other.x < one.x + one.width - 0.01 &&
  one.y < other.y + other.height - 0.01 &&
  other.y < one.y + one.height - 0.01;

/** @param {{ pages: readonly { cards: readonly Placed[] }[] }} layout @returns {Map<string, string>} card → page and place */
const placesOf = ({ pages }) => new Map(pages.flatMap(({ cards }, page) => cards.map(({ id, x, y }) => [id, `${page} ${x} ${y}`])));

describe("the wall's layout", () => {
  it("given credits that do not fit beside their authors, then their cards have room for them below, and none stands over another", () => {
    const foot = { whole: 30, indent: 1.4, credit: words("from Marie-Antoinette de Castelnau and Jean-Baptiste Grandmaison-Roux") };
    const items = board(9, 3).map((item) => (item.parents.length > 0 ? { ...item, foot } : item));
    for (const { cards, size_px } of layoutWall(items, FULL_HD).pages) {
      for (const { id, height, lines, feet = 0 } of cards) {
        const credits = items.some((item) => item.id === id && item.parents.length > 0);
        expect(feet > 1).toBe(credits);
        expect(height).toBeGreaterThanOrEqual((lines * EM.line + feet * EM.meta) * size_px);
      }
      expect(cards.some((one, at) => cards.slice(at + 1).some((other) => overlap(one, other)))).toBe(false);
    }
  });

  it("given a credit with lines of its own, then none of them begins under the verb's sign", () => {
    const grid = { size_px: 20, columns: 1, width: 20 * (10 + 2 * EM.pad_x) + 2, gap_x: 0, gap_y: 0 };
    const credit = words("from mmmmmmmm mmmmmmmm mmmmmmmm");
    const feet = (/** @type {number} */ indent) => sizeOf({ id: "c1", words: words("yes"), parents: ["c0"], at_ms: 1, foot: { whole: 30, indent, credit } }, grid, 800).feet;
    expect([feet(0), feet(2)]).toEqual([1 + 2, 1 + 3]);
  });

  it.each([1, 2, 3, 7, 14, 40, 60, 61, 200])("given %i cards, then none overlaps, none leaves the stage, none is lost", (count) => {
    for (const stage of STAGES) {
      for (const seed of [1, 2, 3]) {
        const { pages, left_out } = layoutWall(board(count, seed), stage);
        const shown = pages.flatMap((page) => page.cards.map((card) => card.id));
        const wrong = pages.flatMap((page) =>
          page.cards.filter(
            (card, at) =>
              card.x < -0.01 ||
              card.y < -0.01 ||
              card.x + card.width > stage.width + 0.01 ||
              card.y + card.height > stage.height + 0.01 ||
              page.cards.slice(at + 1).some((other) => overlap(card, other)),
          ),
        );
        expect(wrong, `seed ${seed}`).toEqual([]);
        expect(new Set(shown).size, `seed ${seed}`).toBe(shown.length);
        expect(shown.length + left_out, `seed ${seed}`).toBe(count);
      }
    }
  });

  it("given arcs, then no arc crosses a card: each flies between two columns, or in a lane between cards", () => {
    for (const seed of [1, 2, 3, 5, 8]) {
      for (const { cards, links, gap_px } of layoutWall(board(24, seed), FULL_HD).pages) {
        const place = new Map(cards.map((card) => [card.id, card]));
        for (const { from, to, lanes } of links) {
          const [start, end] = [place.get(from), place.get(to)];
          if (!start || !end) throw new Error("a link to a card that is not there");
          const stops = [start.x + start.width, ...lanes.flatMap((lane) => [lane.x, lane.x + lane.width]), end.x];
          for (let at = 0; at < stops.length; at += 2) expect((stops[at + 1] ?? 0) - (stops[at] ?? 0)).toBeCloseTo(gap_px, 3);
          for (const lane of lanes) {
            const hit = cards.find((card) => lane.y > card.y + 1 && lane.y < card.y + card.height - 1 && Math.abs(card.x - lane.x) < 1);
            expect(hit, `seed ${seed}: ${from} → ${to}`).toBeUndefined();
          }
        }
      }
    }
  });

  it("given another card or rebound, then every other stands where it stood, as long as there is room", () => {
    for (const seed of [1, 2, 3]) {
      const cards = board(9, seed);
      const before = layoutWall(cards, FULL_HD);
      const more = [...cards, { id: "new", words: words("Say hello by name"), parents: [], at_ms: 100 }];
      const after = layoutWall(more, FULL_HD, before.memory);
      if (after.pages[0]?.size_px !== before.pages[0]?.size_px) continue;
      const moved = [...placesOf(before)].filter(([id, place]) => placesOf(after).get(id) !== place);
      expect(moved, `seed ${seed}`).toEqual([]);
    }
    const alone = ["a", "b", "c", "d"].map((id, at) => ({ id, words: words("Open on Saturdays"), parents: /** @type {string[]} */ ([]), at_ms: at }));
    const rebound = { id: "a1", words: words("And on Sundays"), parents: ["a"], at_ms: 9 };
    const first = layoutWall([...alone, rebound], FULL_HD);
    const next = layoutWall([...alone, rebound, { ...rebound, id: "a2", at_ms: 10 }], FULL_HD, first.memory);
    expect(placesOf(next).get("a")).toBe(placesOf(first).get("a"));
    expect(placesOf(next).get("a1")).toBe(placesOf(first).get("a1"));
  });

  it("given a board that lives for days, then what is remembered of it stays as small as the board", () => {
    let before = null;
    for (let turn = 0; turn < 60; turn += 1) {
      const cards = board(20, 1).map((card) => ({ ...card, id: `${card.id}.${turn}`, parents: [] }));
      before = layoutWall(cards, FULL_HD, before).memory;
    }
    expect(before?.spots.size).toBeLessThanOrEqual(20);
  });

  it("given few ideas, then the words are larger than with many, and never too small for the back row", () => {
    const few = layoutWall(board(4, 5), FULL_HD).pages[0]?.size_px ?? 0;
    const many = layoutWall(board(200, 5), FULL_HD).pages[0]?.size_px ?? 0;
    expect(few).toBeGreaterThan(many);
    expect(many).toBeGreaterThanOrEqual(24);
  });

  it("given any card, then its text is at most 38 characters wide", () => {
    for (const page of layoutWall(board(5, 9), FULL_HD).pages) {
      for (const card of page.cards) expect(card.width / page.size_px - 2 * EM.pad_x).toBeLessThanOrEqual(38 * 0.47);
    }
  });

  it("given more than fit, then the newest and most rebounded come first", () => {
    const cards = board(200, 4).map((card) => ({ ...card, parents: [] }));
    const first = layoutWall(cards, FULL_HD).pages[0]?.cards.map((card) => card.id) ?? [];
    expect(first).toContain("c199");
    expect(first).not.toContain("c0");
  });
});

describe("the lineage", () => {
  it("given a link over a generation, then it has a lane of its own, and a later child moves nobody older", () => {
    const family = [{ id: "a", parents: [] }, { id: "b", parents: ["a"] }, { id: "c", parents: ["b", "a"] }];
    const height = () => 100;
    const { cards, links, generations } = lineageOf(family, height, 20);
    expect(generations).toBe(3);
    expect(links.find((link) => link.from === "a" && link.to === "c")?.lanes).toHaveLength(1);
    const later = lineageOf([...family, { id: "d", parents: ["a"] }], height, 20).cards;
    for (const card of cards) expect(later).toContainEqual(card);
  });
});

describe("the canvas", () => {
  const NINE = ["customer_segments", "value_propositions", "channels", "customer_relationships", "revenue_streams", "key_resources", "key_activities", "key_partners", "cost_structure"];

  it("given the nine blocks, then they stand as everybody knows them and fill the stage", () => {
    const fields = new Map(fieldsOf(NINE, FULL_HD, false).map((field) => [field.id, field]));
    const x = (/** @type {string} */ id) => fields.get(id)?.x ?? NaN;
    expect(x("key_partners")).toBeLessThan(x("key_activities"));
    expect(x("value_propositions")).toBeLessThan(x("channels"));
    expect(fields.get("cost_structure")?.y).toBeGreaterThan(fields.get("key_resources")?.y ?? 0);
    const area = [...fields.values()].reduce((sum, field) => sum + field.width * field.height, 0);
    expect(area / (FULL_HD.width * FULL_HD.height)).toBeGreaterThan(0.9);
  });

  it.each([1, 2, 3, 4, 5, 6, 8, 11])("given %i sections, then each has its field and none overlaps", (count) => {
    const ids = Array.from({ length: count }, (_, at) => `s${at}`);
    for (const stage of STAGES) {
      const fields = fieldsOf(ids, stage, true).map((field) => ({ ...field, id: field.id ?? "rest", lines: 0 }));
      expect(fields).toHaveLength(count + 1);
      for (const [at, field] of fields.entries()) {
        expect(field.x + field.width).toBeLessThanOrEqual(stage.width + 0.01);
        expect(field.y + field.height).toBeLessThanOrEqual(stage.height + 0.01);
        expect(fields.slice(at + 1).some((other) => overlap(field, other))).toBe(false);
      }
    }
  });

  it("given cards, then each stands inside its field, and stays when another comes", () => {
    const items = board(14, 3).map((card, at) => ({ ...card, field: NINE[at % 9] ?? null }));
    const layout = layoutCanvas(items, NINE, FULL_HD);
    const fields = new Map(fieldsOf(NINE, FULL_HD, false).map((field) => [field.id, field]));
    for (const card of layout.pages.flatMap((page) => page.cards)) {
      const field = fields.get(items.find((item) => item.id === card.id)?.field ?? "");
      expect(field && card.x >= field.x && card.y >= field.y && card.x + card.width <= field.x + field.width + 0.01 && card.y + card.height <= field.y + field.height + 0.01).toBe(true);
    }
    const more = [...items, { id: "new", words: words("x"), parents: [], at_ms: 99, field: "channels" }];
    const after = layoutCanvas(more, NINE, FULL_HD, layout.memory);
    if (after.pages[0]?.size_px === layout.pages[0]?.size_px) for (const [id, place] of placesOf(layout)) expect(placesOf(after).get(id)).toBe(place);
  });
});

describe("lines", () => {
  it("given words, then they break between words, and inside only a word wider than a line", () => {
    const lines = (/** @type {string} */ text, /** @type {number} */ width) => linesOf(measured(text, (word) => word.length), width);
    expect(lines("aaa bbb ccc", 7)).toBe(2);
    expect(lines("aaaaaaaaaa", 4)).toBe(3);
    expect(lines("a\n\nb", 10)).toBe(3);
    expect(lines("", 10)).toBe(1);
    expect(lines("rendez-vous", 7)).toBe(2);
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

  it("given ideas of one moment, then they keep the board's order, whatever their ids", () => {
    expect(familiesOf([at("z", 1), at("m", 1), at("a", 1)]).map((family) => family[0]?.id)).toEqual(["z", "m", "a"]);
    expect(byInterest(familiesOf([at("z", 1), at("m", 1), at("a", 1)])).map((family) => family[0]?.id)).toEqual(["z", "m", "a"]);
  });

  it("given families, then what is new and what was rebounded on come before what is neither", () => {
    const order = byInterest(familiesOf([at("old", 1), at("b", 2), at("b1", 9, ["b"]), at("new", 10)])).map((family) => family[0]?.id);
    expect(order.at(-1)).toBe("old");
  });
});

describe("arcs", () => {
  const from = { x: 0, y: 100, width: 100, height: 50 };
  const beside = { x: 160, y: 100, width: 100, height: 50 };
  const below = { x: 160, y: 400, width: 100, height: 50 };
  /** @param {string} d @returns {number[]} every x of a path */
  const across = (d) => [...d.matchAll(/(-?[\d.]+) -?[\d.]+/g)].map(([, x]) => Number(x));

  it("given a card in the next column, then the ball comes to rest beside it and the flight stays between the columns", () => {
    for (const to of [beside, below]) {
      for (const verb of /** @type {const} */ (["extends", "combines", "adapts", "removes_obstacle", "counters"])) {
        const { d, ball } = arcBetween(from, to, verb, 20, 4);
        expect(Math.min(...across(d))).toBeGreaterThanOrEqual(100);
        expect(Math.max(...across(d), ball.x)).toBeLessThanOrEqual(160);
      }
    }
    expect(arcBetween(from, beside, "extends", 20, 4).ball).toEqual({ x: 156, y: 125 });
  });

  it("given an obstacle removed, then there is a bar to fly over, and for no other verb", () => {
    expect(arcBetween(from, beside, "removes_obstacle", 20, 4).bar).not.toBeNull();
    expect(arcBetween(from, beside, "combines", 20, 4).bar).toBeNull();
  });

  it("given a counter, then the ball is thrown back", () => {
    const { ball } = arcBetween(from, beside, "counters", 20, 4);
    expect(ball.x).toBeLessThan(156);
  });
});

describe("the scene", () => {
  /** @param {Partial<import("@protocol/generated/types.d.ts").Card>} change @returns {import("@protocol/generated/types.d.ts").Card} */
  const card = (change = {}) => ({ id: "c", text: "x", section: null, author: null, rev: 1, parents: [], kind: "idea", state: "shown", at_ms: 10, order: 0, ...change });
  const closed = /** @type {import("@protocol/generated/types.d.ts").RoundView} */ (
    /** @type {unknown} */ ({ id: "r", method: "dots", on: "cards", secret: true, state: "closed", opened_ms: 20, closed_ms: 30, voters: 1, results: [] })
  );
  const open = { ...closed, state: /** @type {const} */ ("open") };
  const group = { id: "g", title: "Hours", section: null, order: 1 };
  /** @param {Partial<import("../../src/wall/scene.js").Shown>} change */
  const scene = (change) => sceneOf({ ordered: [], rounds: [], groups: new Map(), step: { private: false, view: "cards" }, timer: null, ...change });

  it("given private writing, then the wall counts and shows no card", () => {
    expect(scene({ ordered: [card({ sealed: true, text: "" })], step: { private: true } })).toEqual({ kind: "writing", sealed: 1 });
  });

  it("given earlier cards while people write, then they stay, with the count of the sealed ones", () => {
    expect(scene({ ordered: [card(), card({ id: "d", sealed: true })], step: { private: true } })).toMatchObject({ kind: "cards", sealed: 1 });
  });

  it("given cards that wait, are binned or erased, then none of them is on the wall", () => {
    const states = /** @type {const} */ (["pending", "withdrawn", "removed", "erased"]);
    expect(scene({ ordered: states.map((state) => card({ state })) })).toEqual({ kind: "invitation" });
  });

  it("given a vote just closed, then its outcome, in peace for a minute, until the room goes on", () => {
    const kind = (/** @type {Partial<import("../../src/wall/scene.js").Shown>} */ change) => scene({ rounds: [closed], ordered: [card()], ...change }).kind;
    expect(kind({})).toBe("results");
    expect(kind({ ordered: [card(), card({ at_ms: 31 })] })).toBe("results");
    expect(kind({ ordered: [card(), card({ at_ms: 70_000 })] })).toBe("cards");
    expect(kind({ timer: { started_ms: 40, ends_ms: 50 } })).toBe("cards");
    expect(kind({ passed: "r" })).toBe("cards");
  });

  it("given a step that shows results, then they stay, whatever is written meanwhile", () => {
    const step = { private: false, view: /** @type {const} */ ("results") };
    expect(scene({ step, rounds: [closed], ordered: [card({ at_ms: 900_000 })] }).kind).toBe("results");
  });

  it("given an open vote, then it fills the wall where the step says so, and where it is on options", () => {
    expect(scene({ rounds: [open], ordered: [card()] }).kind).toBe("cards");
    expect(scene({ rounds: [open], ordered: [card()], step: { private: false, view: "choose" } }).kind).toBe("choosing");
    expect(scene({ rounds: [{ ...open, on: "options" }], ordered: [card()] }).kind).toBe("choosing");
  });

  it("given stacks, then they are one thing each, and what is in none stands beside them", () => {
    const shown = scene({ ordered: [card({ id: "a", group: "g" }), card({ id: "b", group: "g" }), card()], groups: new Map([["g", group]]), step: { private: false, view: "groups" } });
    expect(shown).toMatchObject({ kind: "groups", stacks: [{ group, cards: [{ id: "a" }, { id: "b" }] }], cards: [{ id: "c" }] });
  });

  it("given a spotlight, then that alone; given the wall hidden, then nothing at all", () => {
    expect(scene({ ordered: [card()], spotlight: { card: "c", group: null } })).toMatchObject({ kind: "card", card: { id: "c" } });
    expect(scene({ ordered: [card()], spotlight: { card: "gone", group: null } }).kind).toBe("cards");
    expect(scene({ ordered: [card({ sealed: true })], spotlight: { card: "c", group: null } }).kind).toBe("invitation");
    expect(scene({ ordered: [card()], spotlight: { card: "c" }, wall_hidden: true })).toEqual({ kind: "hidden" });
  });
});

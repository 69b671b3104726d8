// Whoever leaves a board on a phone that is not theirs leaves none of their words on it.
import { beforeEach, expect, it } from "vitest";
import { draft } from "../../src/phone/drafts.js";
import { clearAway } from "../../src/phone/later/leaving.js";

beforeEach(() => localStorage.clear());

it("given words half written, when their person leaves the board, then they are gone, and other people's are not", async () => {
  for (const name of ["b.p1.idea", "b.p1.rebound.c1", "b.p1.owes.c1", "b.p1.comment.c1", "b.p12.idea", "c.p1.idea"]) draft(name).write("half a thou");
  await clearAway("b.p1");
  expect(Object.keys({ ...localStorage }).filter((key) => key.startsWith("rebond.draft."))).toEqual(["rebond.draft.b.p12.idea", "rebond.draft.c.p1.idea"]);
});

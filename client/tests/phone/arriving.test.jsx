// Coming home from a kiosk, as somebody sees it: asked once, nothing where they are known, and never left before a wall.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handoffAt, keepHandoff, keepSeat, leaveSeat } from "../../src/core/identity.js";
import { chooseLanguage } from "../../src/i18n/index.js";
import Arriving from "../../src/phone/handoff/arriving.later.jsx";
import { PATIENCE_MS } from "../../src/phone/handoff/handoff.js";
import "../../src/phone/texts.js";
import { settle } from "../core/world.js";
import { until } from "../until.js";

const FACE = { id: "b", code: "KITE7", title: "The lab", locale: "en", name_asked: "optional", anonymous: false, segments: [], access: "passphrase" };
const JOINED = { board: "b", participant: "p9", token: "tok", role: "participant" };

/** @type {HTMLElement} */
let root;
const onJoined = vi.fn();
const onWithout = vi.fn();
/** What the server answers to the next joins; the last one for ever. @type {object[]} */
let answers = [];
/** @type {any[]} */
let said = [];
/** What it answers to whoever only looks what the code is worth: it says so before it looks at the rest. */
let worth = {};
/** How often somebody looked. */
let looks = 0;

beforeEach(async () => {
  localStorage.clear();
  await chooseLanguage("en");
  root = document.body.appendChild(document.createElement("div"));
  leaveSeat("KITE7");
  onJoined.mockReset();
  onWithout.mockReset();
  answers = [JOINED];
  said = [];
  worth = refusal("invalid", { field: "segment" });
  looks = 0;
  vi.stubGlobal("fetch", async (/** @type {string} */ _url, /** @type {any} */ { method, body }) => {
    if (method === "GET") return { ok: true, json: async () => FACE };
    const wish = JSON.parse(body);
    if (wish.segment && wish.name === undefined) {
      looks += 1;
      expect(wish).toMatchObject({ handoff: "s3cret", segment: expect.stringMatching(/^[a-z0-9_-]{1,32}$/) });
      return { ok: false, json: async () => worth };
    }
    said.push(wish);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
    return { ok: !("code" in answer), json: async () => answer };
  });
});
afterEach(() => {
  render(null, root);
  root.remove();
  vi.unstubAllGlobals();
});

/** @param {string} code @param {object} [details] */
const refusal = (code, details) => ({ code, message: "", temporary: false, details });

/** The phone opens with this code. @param {Partial<import("../../src/core/identity.js").Held>} [over] */
async function opens(over) {
  keepHandoff("KITE7", { secret: "s3cret", since_ms: Date.now(), ...over });
  const held = /** @type {import("../../src/core/identity.js").Held} */ (handoffAt("KITE7"));
  act(() => render(<Arriving code="KITE7" held={held} onJoined={onJoined} onWithout={onWithout} />, root));
  await act(settle);
  await act(settle);
}
const enters = () =>
  act(async () => {
    root.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settle();
  });
/** @param {string} label */
const press = (label) =>
  act(async () => {
    const found = [...root.querySelectorAll("button")].find((one) => one.textContent === label && !one.closest("[hidden]"));
    if (!found) throw new Error(`no button “${label}” in ${root.textContent}`);
    found.click();
    await settle();
  });
/** What is in sight. */
const shown = () => [...root.children].filter((one) => !one.hasAttribute("hidden")).map((one) => one.textContent).join();

describe("coming home from a kiosk", () => {
  it("says what it is about, asks for no passphrase, and joins with the code", async () => {
    await opens();
    expect(shown()).toContain("comes home with you");
    expect(root.textContent).not.toContain("Passphrase");
    await enters();
    await until(() => expect(onJoined).toHaveBeenCalledWith({ board: "b", token: "tok", seat: "b.p9" }));
    expect(said).toMatchObject([{ handoff: "s3cret", name: null }]);
    expect(looks).toBe(1);
    expect(handoffAt("KITE7")).toBeNull();
  });

  it("asks nothing of somebody who is on the board, and gives them no other name", async () => {
    keepSeat("KITE7", { board: "b", token: "old", seat: "b.p9" });
    await opens();
    await until(() => expect(onJoined).toHaveBeenCalledTimes(1));
    expect(said).toMatchObject([{ handoff: "s3cret", name: null, segment: null }]);
    expect(looks).toBe(0);
  });

  it("asks nothing twice when the page is loaded again on the way", async () => {
    await opens({ wish: { name: "Ana", segment: "citizen", email: null } });
    await until(() => expect(onJoined).toHaveBeenCalledTimes(1));
    expect(said).toMatchObject([{ handoff: "s3cret", name: "Ana", segment: "citizen" }]);
  });

  it.each([
    ["handoff_used", "somebody was here before you", "before anything is asked"],
    ["handoff_expired", "a few minutes only", "before anything is asked"],
    ["handoff_used", "somebody was here before you", "to whoever was second"],
    ["handoff_expired", "a few minutes only", "to whoever took their time"],
  ])(
    "says kindly that a code is good for nothing (%s: %s), %s, forgets it, and lets them in without",
    async (code, words, when) => {
      if (when === "before anything is asked") worth = refusal(code);
      else answers = [refusal(code)];
      await opens();
      if (when !== "before anything is asked") await enters();
      else expect(said).toEqual([]);
      await until(() => expect(shown()).toContain(words));
      expect(handoffAt("KITE7")).toBeNull();
      await press("Join anyway");
      expect(onWithout).toHaveBeenCalledTimes(1);
    },
  );

  it("asks all the same where nobody can say what the code is worth", async () => {
    worth = refusal("rate_limited");
    await opens();
    await enters();
    await until(() => expect(onJoined).toHaveBeenCalledTimes(1));
  });

  it("gives up kindly when the words do not come, keeps the code, and tries again when asked", async () => {
    answers = [refusal("handoff_waiting", { retry_after_ms: 2_000 }), JOINED];
    await opens({ since_ms: Date.now() - PATIENCE_MS });
    await enters();
    await until(() => expect(shown()).toContain("take longer than we hoped"));
    expect(handoffAt("KITE7")).toMatchObject({ secret: "s3cret" });
    await press("Try again");
    await until(() => expect(onJoined).toHaveBeenCalledTimes(1));
    expect(handoffAt("KITE7")).toBeNull();
  });

  it("shows the form again for what can be put right there", async () => {
    answers = [refusal("text_empty", { field: "name" }), JOINED];
    keepSeat("KITE7", { board: "b", token: "old", seat: "b.gone" });
    await opens();
    await until(() => expect(root.querySelector("form [role=alert]")).not.toBeNull());
    expect(handoffAt("KITE7")).toMatchObject({ secret: "s3cret" });
    await enters();
    await until(() => expect(onJoined).toHaveBeenCalledTimes(1));
  });
});

// A ballot in quick hands: the next answer may be given before the browser has had a moment for anything but drawing.
import { signal } from "@preact/signals";
import { options, render } from "preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chooseLanguage } from "../../src/i18n/index.js";
import { MarksBallot } from "../../src/phone/choose/MarksBallot.jsx";
import "../../src/phone/choose/texts.js";
import "../../src/phone/texts.js";
import { until } from "../until.js";

const IDEAS = ["one", "two", "three"];

/** @type {HTMLElement} */
let root;
/** What the browser does when it has a moment. @type {(() => void)[]} */
let idle;
const usual = options.requestAnimationFrame;

beforeEach(async () => {
  await chooseLanguage("en");
  root = document.body.appendChild(document.createElement("div"));
  idle = [];
  options.requestAnimationFrame = (run) => void idle.push(run);
});
afterEach(() => {
  render(null, root);
  root.remove();
  options.requestAnimationFrame = usual;
});

const item = () => root.querySelector("article p")?.textContent;
/** @param {string} name */
const button = (name) => /** @type {HTMLElement} */ ([...root.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name));

/** A ballot of stars that keeps what is sent. */
function Voting() {
  const round = /** @type {any} */ ({ id: "r1", method: "stars", scale: 5, criteria: [] });
  const items = IDEAS.map((text) => ({ id: text, kind: /** @type {const} */ ("card"), text, cards: [] }));
  const send = (/** @type {any} */ { card, marks }) => (given.value = { ...given.value, [card]: marks });
  return <MarksBallot round={round} items={items} marks={given.value} points={{}} sending={new Set()} send={send} />;
}
/** @type {import("@preact/signals").Signal<Record<string, number[]>>} */
const given = signal({});

it("goes on to the next idea, however soon after the last answer this one came", async () => {
  given.value = {};
  render(<Voting />, root);
  button("4 stars").click();
  await until(() => expect(item()).toBe("two"));
  button("3 stars").click();
  for (const run of idle.splice(0)) run();
  await until(() => expect(item()).toBe("three"));
  expect(given.value).toEqual({ one: [4], two: [3] });
});

it("has the focus at the idea that was picked before a key can be pressed", async () => {
  given.value = {};
  render(<Voting />, root);
  button("See all").click();
  await until(() => expect(root.querySelectorAll(".choose-entry")).toHaveLength(IDEAS.length));
  /** @type {HTMLElement} */ (root.querySelectorAll(".choose-entry")[1]).click();
  await until(() => expect(item()).toBe("two"));
  expect(document.activeElement?.textContent).toBe("two");
});

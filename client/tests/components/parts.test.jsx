// The components as a person meets them: by keyboard, by screen reader, by what is there and what must not be.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CardView } from "../../src/components/CardView.jsx";
import { Menu } from "../../src/components/Menu.jsx";
import { Segmented } from "../../src/components/Segmented.jsx";
import { ConfirmSheet } from "../../src/components/Sheet.jsx";
import { Stepper } from "../../src/components/Stepper.jsx";
import { TextArea } from "../../src/components/TextArea.jsx";
import { VerbPicker } from "../../src/components/VerbPicker.jsx";
import { chooseLanguage } from "../../src/i18n/index.js";

/** @type {HTMLElement} */
let place;

beforeEach(async () => {
  await chooseLanguage("en");
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  render(null, place);
  place.remove();
});

/** @param {import("preact").ComponentChild} what */
const show = (what) => act(() => render(what, place));

/** @param {string} selector @returns {HTMLElement} */
function one(selector) {
  const found = place.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`nothing is ${selector} in ${place.innerHTML}`);
  return found;
}

/** @param {Partial<import("@protocol/generated/types.d.ts").Card>} change @returns {import("@protocol/generated/types.d.ts").Card} */
const card = (change = {}) => ({
  id: "c1",
  text: "Open on Saturdays",
  section: null,
  author: "p1",
  rev: 1,
  parents: [],
  kind: "idea",
  state: "shown",
  at_ms: 0,
  order: 0,
  ...change,
});

const ANA = /** @type {const} */ ({ participant: "p1", role: "participant", name: "Ana", segment: "customer" });
const SEGMENTS = [{ id: "customer", label: "Customer" }];

describe("CardView", () => {
  it("given a rebound, then its text comes first, then author, segment and credit", () => {
    show(
      <CardView card={card({ verb: "extends", parents: ["c0"] })} author={ANA} segments={SEGMENTS} parents={[{ id: "c0", author: ANA }]} rebounds={3} />,
    );
    expect(one(".card").firstElementChild?.textContent).toBe("Open on Saturdays");
    expect(one(".card__line").textContent).toContain("from Ana");
    expect(place.querySelector(".segment-mark")?.getAttribute("aria-label")).toBe("Customer");
    expect(one(".card__rebounds").textContent).toContain("3 rebounds");
  });

  it("given a refused card, then its words stay and the reason stands beside them", () => {
    show(<CardView card={card()} delivery="refused" problem="The board is locked." />);
    expect(one(".card__text").textContent).toBe("Open on Saturdays");
    expect(one(".card__look").textContent).toContain("The board is locked.");
  });

  it("given somebody else's sealed card, then its back shows no author and no words", () => {
    show(<CardView card={card({ text: "", author: null, sealed: true })} />);
    expect(one(".card").dataset.back).toBe("true");
    expect(place.querySelector(".author-mark")).toBeNull();
  });

  it("given a card whose author's screen said its language, then it is read in that language", () => {
    show(<CardView card={card({ lang: "fr" })} />);
    expect(one(".card__text").lang).toBe("fr");
  });

  it("given a text that looks like markup, then it is shown as text", () => {
    show(<CardView card={card({ text: "<img src=x onerror=alert(1)>" })} />);
    expect(place.querySelector("img")).toBeNull();
    expect(one(".card__text").textContent).toBe("<img src=x onerror=alert(1)>");
  });
});

describe("Menu", () => {
  it("given the keyboard, then it opens on its first item, walks, closes, and the focus is back on its button", () => {
    const pick = vi.fn();
    show(<Menu label="Card" items={[{ label: "Hide", onPick: () => undefined }, null, { label: "Bin", onPick: pick }]} />);
    const button = one("button");
    act(() => button.click());
    expect(document.activeElement?.textContent).toBe("Hide");
    const list = one("[role=menu]");
    act(() => void list.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true })));
    expect(document.activeElement?.textContent).toBe("Bin");
    act(() => /** @type {HTMLElement} */ (document.activeElement).click());
    expect(pick).toHaveBeenCalledOnce();
    expect(place.querySelector("[role=menu]")).toBeNull();
    expect(document.activeElement).toBe(button);
  });
});

describe("Sheet", () => {
  it("given it is closed again, then the focus is where it was", () => {
    const opener = document.createElement("button");
    place.before(opener);
    opener.focus();
    const sheet = (/** @type {boolean} */ open) => (
      <ConfirmSheet open={open} title="Sure?" confirm="Yes" onConfirm={() => undefined} onClose={() => undefined} />
    );
    show(sheet(true));
    expect(one("dialog").hasAttribute("open")).toBe(true);
    show(sheet(false));
    expect(place.querySelector("dialog")).toBeNull();
    expect(document.activeElement).toBe(opener);
    opener.remove();
  });
});

describe("Stepper", () => {
  it("given it stands at its end, then pressing on changes nothing", () => {
    const onChange = vi.fn();
    show(<Stepper label="Votes" value={2} max={2} onChange={onChange} />);
    const [less, more] = [...place.querySelectorAll("button")];
    expect(more?.getAttribute("aria-disabled")).toBe("true");
    act(() => more?.click());
    act(() => less?.click());
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(onChange).toHaveBeenLastCalledWith(1);
  });
});

describe("TextArea", () => {
  it("given Enter, then it sends where it should, and a new line where it should", () => {
    const send = vi.fn();
    show(<TextArea label="Idea" value="x" onInput={() => undefined} onSubmit={send} sendOnEnter />);
    const press = (/** @type {KeyboardEventInit} */ how) =>
      act(() => void one("textarea").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...how })));
    press({ shiftKey: true });
    expect(send).not.toHaveBeenCalled();
    press({});
    expect(send).toHaveBeenCalledOnce();
  });

  it("given a text beyond the limit, then it stays and says by how much", () => {
    show(<TextArea label="Idea" value={"é".repeat(12)} onInput={() => undefined} maxChars={10} />);
    expect(one("textarea").getAttribute("aria-invalid")).toBe("true");
    expect(place.textContent).toContain("2 characters too many");
  });
});

describe("VerbPicker and Segmented", () => {
  it("given a choice, then each option is a radio button with its word", () => {
    const onChange = vi.fn();
    show(<VerbPicker label="Which way?" value={null} onChange={onChange} />);
    const radios = [...place.querySelectorAll("input[type=radio]")];
    expect(radios).toHaveLength(5);
    act(() => /** @type {HTMLInputElement} */ (radios[2]).click());
    expect(onChange).toHaveBeenCalledWith("adapts");
  });

  it("given the value, then that option is checked", () => {
    show(<Segmented label="L" options={[{ value: "a", label: "A" }, { value: "b", label: "B" }]} value="b" onChange={() => undefined} />);
    expect([...place.querySelectorAll("input")].map((input) => input.checked)).toEqual([false, true]);
  });
});

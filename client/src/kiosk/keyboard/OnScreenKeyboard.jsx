// The keyboard on the screen. `simple-keyboard` draws it and hears the presses (on touch down, as two thumbs type); what
// a key does to a text is `typing.js`'s business. It keeps no text: what it believes was typed is taken from it each time.
//
// With a real keyboard it is one stop of the tab key; arrow keys go from key to key, Enter presses.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { SimpleKeyboard } from "simple-keyboard";
import { language, t } from "../../i18n/index.js";
import "./OnScreenKeyboard.css";
import { DEEDS, PAGES } from "./layouts.js";
import { AFTER_LETTER, afterShift, capitals } from "./shift.js";

/** @typedef {import("./layouts.js").Layout} Layout */
/** @typedef {import("./layouts.js").Page} Page */
/** @typedef {import("./shift.js").Shift} Shift */

/** @param {string} path strokes in a 24 × 24 box */
const sign = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;

/** What the page shows on keys whose name is not what they write. It becomes markup: nothing of a person's is in it. */
const SIGNS = {
  "{shift}": sign("M12 4 4 13h4.5v6.5h7V13H20Z"),
  "{bksp}": sign("M8.5 5H21v14H8.5L2.5 12ZM11.5 9.2l5.6 5.6M17.1 9.2l-5.6 5.6"),
  "{left}": sign("M14.5 5 7.5 12l7 7"),
  "{right}": sign("M9.5 5l7 7-7 7"),
  "{accents}": "áêö",
  "{digits}": "123",
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
};

/** Marks that a screen reader may pass over in silence. @type {Record<string, string>} */
const MARKS = {
  ".": "stop", ",": "comma", "?": "question", "!": "exclamation", ":": "colon", ";": "semicolon", "'": "apostrophe",
  '"': "quote", "(": "openBracket", ")": "closeBracket", "«": "openQuote", "»": "closeQuote", "-": "hyphen", "–": "dash",
  "…": "dots", "/": "slash", "_": "underscore",
}; // prettier-ignore

/** @type {Record<string, Page>} */
const TURNS = { "{letters}": "letters", "{accents}": "accents", "{digits}": "digits" };

/**
 * @param {{ layout: Layout, begins: boolean, onKey: (key: string) => void, label: string }} props
 *   `begins`: a sentence begins where the caret is; `onKey` is told what is written, or `{bksp}`, `{left}`, `{right}`, `{space}`
 */
export function OnScreenKeyboard({ layout, begins, onKey, label }) {
  const [page, setPage] = useState(/** @type {Page} */ ("letters"));
  const [shift, setShift] = useState(/** @type {Shift} */ ("auto"));
  const upper = capitals(shift, begins);

  /** @param {string} key */
  const press = (key) => {
    const turn = TURNS[key];
    if (turn) setPage(turn);
    else if (key === "{shift}") setShift(afterShift(shift, begins));
    else {
      onKey(key);
      if (/^\p{L}$/u.test(key)) setShift(AFTER_LETTER[shift]);
      if (page === "accents" && key.length === 1) setPage("letters");
    }
  };
  return (
    <Keys
      rows={PAGES[layout]}
      page={page === "letters" && upper ? "capitals" : page}
      onPress={press}
      label={label}
      shift={shift === "lock" ? "lock" : upper ? "once" : "off"}
    />
  );
}

/**
 * One page of keys.
 * @param {{
 *   rows: Record<string, string[]>,
 *   page: string,
 *   onPress: (key: string) => void,
 *   label: string,
 *   shift?: "off" | "once" | "lock",
 * }} props
 */
export function Keys({ rows, page, onPress, label, shift = "off" }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const keyboard = useRef(/** @type {SimpleKeyboard | null} */ (null));
  const pressing = useRef(onPress);
  useLayoutEffect(() => {
    pressing.current = onPress;
  });

  useLayoutEffect(() => {
    const root = place.current;
    if (!root) return undefined;
    const inner = document.createElement("div");
    inner.className = "keys__board";
    root.append(inner);
    const made = new SimpleKeyboard(inner, {
      layout: { letters: [""] },
      layoutName: "letters",
      theme: "keys__all",
      useButtonTag: true,
      disableButtonHold: true, // no key repeats: a hand that trembles writes one letter (EN 301 549, 5.1.7)
      disableCaretPositioning: true,
      preventMouseDownDefault: true, // the field keeps its focus
      onKeyPress: (key) => pressing.current(key),
      onChange: () => made.clearInput(),
    });
    keyboard.current = made;
    return () => {
      keyboard.current = null;
      made.destroy();
      inner.remove();
    };
  }, []);

  const words = language.value;
  useLayoutEffect(() => {
    const root = place.current;
    if (!root) return;
    const held = root.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    keyboard.current?.setOptions({ layout: rows, layoutName: page, display: displays(), buttonAttributes: attributes(shift) });
    makeOneStop(root, held);
  }, [rows, page, shift, words]);

  useLayoutEffect(() => {
    const root = place.current;
    if (!root) return undefined;
    const heard = new AbortController();
    // a click without a pointer is Enter, Space or a screen reader's press; with one, the key was heard on its way down
    root.addEventListener("click", (event) => event.detail === 0 && pressKey(event, pressing.current), heard);
    root.addEventListener("mousedown", (event) => event.preventDefault(), heard);
    root.addEventListener("keydown", (event) => goByArrow(root, event), heard);
    return () => heard.abort();
  }, []);

  return <div ref={place} class="keys" role="group" aria-label={label} data-page={page} data-shift={shift} />;
}

/** @returns {Record<string, string>} */
const displays = () => ({ ...SIGNS, "{space}": t("kiosk.key.space"), "{letters}": "abc" });

/** @param {"off" | "once" | "lock"} shift @returns {import("simple-keyboard").KeyboardButtonAttributes[]} */
function attributes(shift) {
  const named = [...DEEDS.map((key) => ({ key, word: key.slice(1, -1) })), ...Object.entries(MARKS).map(([key, word]) => ({ key, word }))];
  return [
    ...named.map(({ key, word }) => ({ attribute: "aria-label", value: t(/** @type {import("../../i18n/keys.js").Under<"kiosk.key.">} */ (`kiosk.key.${word}`)), buttons: key })),
    { attribute: "aria-pressed", value: String(shift !== "off"), buttons: "{shift}" },
  ];
}

/** @param {Event} event @param {(key: string) => void} press */
function pressKey(event, press) {
  const key = event.target instanceof Element ? event.target.closest(".hg-button")?.getAttribute("data-skbtn") : null;
  if (key) press(key);
}

// -- from key to key ---------------------------------------------------------------------------------------------------

/** @param {Element} root @returns {HTMLElement[][]} */
const rowsIn = (root) =>
  [...root.querySelectorAll(".hg-row")].map((row) => /** @type {HTMLElement[]} */ ([...row.querySelectorAll(".hg-button")]));

/** @param {Element | null} key @returns {[number, number] | null} row and column */
function placeOf(key) {
  const found = /-r(\d+)b(\d+)$/.exec(key?.getAttribute("data-skbtnuid") ?? "");
  return found ? [Number(found[1]), Number(found[2])] : null;
}

/** One key is in the order of the tab key. @param {Element} root @param {[number, number] | null} held the one that had the focus */
function makeOneStop(root, held) {
  const rows = rowsIn(root);
  for (const key of rows.flat()) key.tabIndex = -1;
  const kept = held && rows[held[0]]?.[held[1]];
  const stop = kept || rows[0]?.[0];
  if (stop) stop.tabIndex = 0;
  if (kept) kept.focus();
}

/** @type {Record<string, [number, number]>} rows and columns to go */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {Element} root @param {KeyboardEvent} event */
function goByArrow(root, event) {
  const [down, right] = ARROWS[event.key] ?? [0, 0];
  const from = placeOf(document.activeElement);
  if (!from || (down === 0 && right === 0)) return;
  event.preventDefault();
  const rows = rowsIn(root);
  const row = rows[Math.max(0, Math.min(rows.length - 1, from[0] + down))] ?? [];
  const next = row[Math.max(0, Math.min(row.length - 1, from[1] + right))];
  if (!next) return;
  for (const key of rows.flat()) key.tabIndex = key === next ? 0 : -1;
  next.focus();
}

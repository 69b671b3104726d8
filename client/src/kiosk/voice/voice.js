/**
 * Guided by voice: the kiosk for somebody who does not see it, or does not read. A finger that is laid on the screen and
 * stays there begins it, wherever it lies; from then on a finger finds things and chooses nothing: what it lies on is said.
 * Two places that need no looking, the lower corners, do the rest: the left one goes on to the next thing, the right one
 * chooses what was said last (EN 301 549, 5.1.3.1, 5.2, 5.5.2). It ends with the visit.
 *
 * Whatever is done interrupts what is being said (5.1.3.5); a touch on the same thing says it again (5.1.3.4).
 *
 * @import { ReadonlySignal } from "@preact/signals"
 */
import { effect, signal } from "@preact/signals";
import { t } from "../../i18n/index.js";
import { described, isControl, itemAt, itemsOf, wordEndedBy } from "./items.js";

/** @typedef {import("../screens/spoken.js").Piece} Piece */
/**
 * @typedef {object} Around  What the browser does for it; a test puts its own in place.
 * @property {Document} document
 * @property {Pick<Window, "addEventListener" | "removeEventListener">} page
 * @property {(x: number, y: number) => Element | null} under  what lies at this place
 * @property {(element: Element) => boolean} isDrawn
 * @property {(run: () => void, in_ms: number) => unknown} later
 * @property {(timer: any) => void} cancel
 */
/**
 * @typedef {object} Speech
 * @property {(lang: string) => boolean} available
 * @property {ReadonlySignal<boolean>} speaking
 * @property {(text: string, lang: string) => void} say
 * @property {() => void} stop
 */

/** Whoever lays a finger down hears after this how to go on, and is guided after that. */
export const HINT_AFTER_MS = 1_000;
export const BEGINS_AFTER_MS = 3_000;
/** A finger that goes farther than this, in px, is drawing, not lying. */
const TREMBLES_PX = 40;
/** What stays where it is when it is chosen, and is said again as it is then; all else leads to another screen. */
const STAYING = "[aria-pressed], [aria-checked], .keys *, textarea, input";
/** What would otherwise choose what a finger only looks for. */
const CHOOSING = ["pointerdown", "pointerup", "mousedown", "mouseup", "touchstart", "touchend", "click"];

/** @param {{ speech: Speech, around: Around }} parts */
export function createVoice({ speech, around: { document, page, under, isDrawn, later, cancel } }) {
  const on = signal(false);
  /** @type {Element | null} */
  let current = null;
  /** Where in the order that is: of what is drawn anew under a finger (keys, slides) the place stays. */
  let place = -1;
  /** @type {Piece[]} */
  let left = [];
  /** @type {{ hint: unknown, begin: unknown, x: number, y: number } | null} */
  let lying = null;

  // -- saying -------------------------------------------------------------------------------------------------------------

  /** @param {readonly Piece[]} pieces */
  function say(pieces) {
    left = [];
    speech.stop();
    left = pieces.filter(({ lang }) => speech.available(lang));
    const first = left.shift();
    if (first) speech.say(first.text, first.lang);
  }

  const unfollow = effect(() => {
    if (speech.speaking.value) return;
    const next = left.shift();
    if (next) speech.say(next.text, next.lang);
  });

  /** @param {import("../../i18n/keys.js").Key} key */
  const tell = (key) => say([{ text: t(key), lang: document.documentElement.lang }]);

  /** What came about by itself is said after what is being said. @param {readonly Piece[]} pieces */
  function add(pieces) {
    if (!on.peek()) return;
    if (speech.speaking.peek()) left.push(...pieces.filter(({ lang }) => speech.available(lang)));
    else say(pieces);
  }

  /** @param {Element | null} item @param {readonly Element[]} [items] */
  function turnTo(item, items = []) {
    current?.removeAttribute("data-voiced");
    current = item;
    place = item ? items.indexOf(item) : -1;
    item?.setAttribute("data-voiced", "");
    if (item) say(described(item));
    else say([]);
  }

  // -- finding and choosing -----------------------------------------------------------------------------------------------

  /** On to the next thing; after the last, the first. */
  function next() {
    const items = itemsOf(document, isDrawn);
    const at = current?.isConnected ? items.indexOf(current) : place;
    turnTo(items[(at + 1) % items.length] ?? null, items);
  }

  /** Does what was said last. Of a sentence there is nothing to choose: it is said again. */
  function choose() {
    const item = current;
    if (!item) return next();
    const items = itemsOf(document, isDrawn);
    // what stands in the place of what was said is said first: nothing is chosen unheard
    if (!item.isConnected) return turnTo(items[place] ?? null, items);
    if (!isControl(item)) return turnTo(item, items);
    const before = [...described(item), ...wordEndedBy(item)];
    if (item.matches("textarea, input")) /** @type {HTMLElement} */ (item).focus();
    else /** @type {HTMLElement} */ (item).click();
    if (item.matches(STAYING)) queueMicrotask(() => say(item.isConnected && !item.closest(".keys") ? described(item) : before)); // drawn by then
    return undefined;
  }

  /** Another screen is there: its title is said, and the next thing is the one after it. */
  function arrived() {
    if (!on.peek()) return;
    const items = itemsOf(document, isDrawn);
    turnTo(items.find((one) => one.matches("h1, h2")) ?? items[0] ?? null, items);
  }

  // -- the finger ---------------------------------------------------------------------------------------------------------

  /** @param {Event} event */
  const ownPlace = (event) => event.target instanceof Element && event.target.closest(".voice") !== null;
  /** A click of a keyboard, a screen reader or `choose` has no finger. @param {Event} event */
  const ofFinger = (event) => !(event.type === "click" && /** @type {MouseEvent} */ (event).detail === 0);

  /** @param {Event} event */
  function held(event) {
    if (!on.peek() || ownPlace(event) || !ofFinger(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "pointerdown") find(/** @type {PointerEvent} */ (event), true);
  }

  /** @param {PointerEvent} event @param {boolean} again  whether the same thing is said again */
  function find({ clientX, clientY }, again) {
    const items = itemsOf(document, isDrawn);
    const item = itemAt(under(clientX, clientY), items);
    if (again || item !== current) turnTo(item, items);
  }

  /** @param {Event} event */
  function moved(event) {
    const pointer = /** @type {PointerEvent} */ (event);
    if (lying && Math.hypot(pointer.clientX - lying.x, pointer.clientY - lying.y) > TREMBLES_PX) lifted();
    if (on.peek() && pointer.pressure > 0 && !ownPlace(event)) find(pointer, false);
  }

  /** @param {Event} event */
  function laid(event) {
    if (on.peek() || !speech.available(document.documentElement.lang)) return;
    const { clientX: x, clientY: y } = /** @type {PointerEvent} */ (event);
    lifted();
    lying = { x, y, hint: later(() => tell("kiosk.voice.hint"), HINT_AFTER_MS), begin: later(begin, BEGINS_AFTER_MS) };
  }

  function lifted() {
    cancel(lying?.hint);
    cancel(lying?.begin);
    lying = null;
  }

  /** The finger that began it lifts, and chooses nothing either. */
  function begin() {
    lifted();
    if (on.peek()) return;
    on.value = true;
    document.documentElement.dataset.voice = "";
    tell("kiosk.voice.begins");
  }

  /** Silent, and fingers choose again. */
  function end() {
    lifted();
    turnTo(null);
    on.value = false;
    delete document.documentElement.dataset.voice;
  }

  for (const name of CHOOSING) page.addEventListener(name, held, { capture: true, passive: false });
  page.addEventListener("pointerdown", laid, { capture: true });
  page.addEventListener("pointermove", moved, { capture: true });
  for (const name of ["pointerup", "pointercancel"]) page.addEventListener(name, lifted, { capture: true });

  return {
    on: /** @type {ReadonlySignal<boolean>} */ (on),
    begin,
    end,
    next,
    choose,
    arrived,
    add,
    close() {
      end();
      unfollow();
      for (const name of CHOOSING) page.removeEventListener(name, held, { capture: true });
      page.removeEventListener("pointerdown", laid, { capture: true });
      page.removeEventListener("pointermove", moved, { capture: true });
      for (const name of ["pointerup", "pointercancel"]) page.removeEventListener(name, lifted, { capture: true });
    },
  };
}

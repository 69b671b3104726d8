/**
 * One visitor after another: a touch begins a visit, going away ends it, and whoever comes next finds nothing of it.
 *
 * Untouched for `idle_s`, the countdown has to be in sight, for long enough to extend it with one touch (WCAG 2.2, 2.2.1: at
 * least 20 seconds); then everything is wiped. Times go by a clock that only goes forward.
 *
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { Seat } from "./index.js"
 * @import { Surroundings } from "./surroundings.js"
 */
import { batch, effect, signal } from "@preact/signals";
import { speak } from "../../i18n/index.js";

/** @typedef {"normal" | "large" | "largest"} TextSize */
/** @typedef {"normal" | "high"} Contrast */

export const COUNT_FROM_S = 20;
const USUAL_IDLE_S = 60;
const TICK_MS = 500;
const FACT = "language";
/** Signs of somebody being here; a mouse that a draught moves is none. */
const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove"];

/**
 * @param {object} parts
 * @param {Surroundings} parts.surroundings
 * @param {Pick<import("./storage.js").Storage, "fact" | "keepFact">} parts.storage
 * @param {{ state: ReadonlySignal<Seat> }} parts.seat
 */
export function createVisit({ surroundings, storage, seat }) {
  const { world, clock_ms, page, document } = surroundings;
  const active = signal(false);
  /** @type {Signal<number | null>} */
  const left_s = signal(null);
  const number = signal(0);
  /** @type {Set<() => void>} */
  const wipers = new Set();
  /** While this returns true nothing begins or runs out (cleaning). */
  let still = () => false;
  let touchedAt_ms = clock_ms();
  /** @type {unknown} */
  let timer = null;

  const locale = signal("fr");
  /** Chosen by the staff for whoever comes next, and kept on this device; null: the board's own. @type {Signal<string | null>} */
  const first = signal(null);
  void storage
    .fact(FACT)
    .then((code) => (first.value ??= code ?? null))
    .catch(() => undefined);
  /** @type {Signal<TextSize>} */
  const textSize = signal("normal");
  /** @type {Signal<Contrast>} */
  const contrast = signal("normal");

  // -- what this visitor set ----------------------------------------------------------------------------------------------

  /** The one that the staff chose, else the board's own, else the browser's. */
  function usualLocales() {
    const now = seat.state.peek();
    const own = first.peek() ?? (now.is === "seated" ? now.boards[0]?.locale : undefined);
    return own ? [own] : [...(page.navigator.languages ?? []), "fr"];
  }

  /** @param {readonly string[]} wishes */
  async function speakOneOf(wishes) {
    await speak(wishes);
    locale.value = document.documentElement.lang;
  }

  /** @param {TextSize} size */
  function setTextSize(size) {
    textSize.value = size;
    document.documentElement.dataset.text = size;
  }

  /** @param {Contrast} how */
  function setContrast(how) {
    contrast.value = how;
    document.documentElement.dataset.contrast = how;
  }

  /** Resolves when its words are here. */
  function usualLook() {
    setTextSize("normal");
    setContrast("normal");
    return speakOneOf(usualLocales());
  }

  // -- how long -----------------------------------------------------------------------------------------------------------

  const idle_ms = () => {
    const now = seat.state.peek();
    return 1_000 * (now.is === "seated" ? now.settings.idle_s : USUAL_IDLE_S);
  };

  /** Somebody is here. */
  function touch() {
    if (still()) return;
    touchedAt_ms = clock_ms();
    batch(() => {
      left_s.value = null;
      if (active.peek()) return;
      active.value = true;
      number.value += 1;
    });
    if (timer === null) tick();
  }

  /** A touch while the countdown is in sight has to hit what it says. */
  function sign() {
    if (left_s.peek() === null) touch();
  }

  function tick() {
    const over_ms = clock_ms() - touchedAt_ms - idle_ms();
    if (!active.peek()) {
      timer = null;
      return;
    }
    if (over_ms >= COUNT_FROM_S * 1_000) end();
    else left_s.value = over_ms < 0 ? null : COUNT_FROM_S - Math.floor(over_ms / 1_000);
    timer = active.peek() ? world.later(tick, TICK_MS) : null;
  }

  /** The visit is over: nothing of it stays. */
  function end() {
    world.cancel(timer);
    timer = null;
    /** @type {unknown[]} */
    const failed = [];
    batch(() => {
      active.value = false;
      left_s.value = null;
      for (const wipe of wipers) {
        try {
          wipe();
        } catch (error) {
          failed.push(error); // a screen that fails keeps nobody else from forgetting
        }
      }
    });
    void usualLook();
    wipePage(surroundings);
    if (failed.length > 0) throw failed[0];
  }

  /** Told which board this is, or another one, or which language, while nobody is here: that language. */
  const unfollow = effect(() => {
    void first.value;
    if (seat.state.value.is === "seated" && !active.peek()) void speakOneOf(usualLocales());
  });

  for (const name of SIGNS) page.addEventListener(name, sign, { capture: true, passive: true });

  return {
    active: /** @type {ReadonlySignal<boolean>} */ (active),
    left_s: /** @type {ReadonlySignal<number | null>} */ (left_s),
    number: /** @type {ReadonlySignal<number>} */ (number),
    touch,
    stay: touch,
    end,
    /** @param {() => void} run @returns {() => void} */
    onWipe(run) {
      wipers.add(run);
      return () => void wipers.delete(run);
    },
    look: {
      locale: /** @type {ReadonlySignal<string>} */ (locale),
      textSize: /** @type {ReadonlySignal<TextSize>} */ (textSize),
      contrast: /** @type {ReadonlySignal<Contrast>} */ (contrast),
      /** @param {string} code */
      setLocale: (code) => speakOneOf([code]),
      setTextSize,
      setContrast,
      /** What the slides speak, and a visitor finds; null: the board's own. */
      first: /** @type {ReadonlySignal<string | null>} */ (first),
      /** For the staff. @param {string} code */
      setFirst(code) {
        first.value = code;
        void storage.keepFact(FACT, code).catch(() => undefined);
      },
      /** The usual look, where nobody is here; called when the seat is known. */
      usual: usualLook,
    },
    /** For the engine: while this returns true nobody is a visitor. @param {() => boolean} whether */
    stillWhile(whether) {
      still = whether;
    },
    close() {
      unfollow();
      world.cancel(timer);
      for (const name of SIGNS) page.removeEventListener(name, sign, { capture: true });
      wipers.clear();
    },
  };
}

/**
 * Text, focus, selection, scroll and history: what the page itself remembers of somebody.
 * @param {Pick<Surroundings, "page" | "document">} where
 */
function wipePage({ page, document }) {
  for (const field of document.querySelectorAll("input, textarea")) /** @type {HTMLInputElement} */ (field).value = "";
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  page.getSelection()?.removeAllRanges();
  for (const one of document.querySelectorAll("*")) if (one.scrollTop > 0 || one.scrollLeft > 0) one.scrollTo(0, 0);
  page.scrollTo(0, 0);
  page.history.replaceState(null, "", page.location.pathname + page.location.search);
}

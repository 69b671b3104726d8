// Which cards this phone has shown to its person, so that "3 ideas you have not seen" can lead to them. Kept here only: no
// server is told what anybody has read.
import { signal } from "@preact/signals";

const KEY = "rebond.seen.";
/** A card is seen when most of it was on the screen for this long. */
const GLANCE_MS = 900;
const MOST = 0.6;
const KEEP_EVERY_MS = 2_000;

/** @param {string} name  which board, as whom */
export function watchSeen(name) {
  const ids = signal(/** @type {ReadonlySet<string>} */ (new Set(read(name))));
  /** @type {Map<Element, number>} */
  const glances = new Map();
  let keeping = 0;

  const keep = () => {
    keeping = 0;
    try {
      localStorage.setItem(KEY + name, [...ids.peek()].join(" "));
    } catch {
      // private mode: seen as long as the page lives
    }
  };
  /** @param {readonly string[]} cards */
  const see = (cards) => {
    const fresh = cards.filter((card) => !ids.peek().has(card));
    if (fresh.length === 0) return;
    ids.value = new Set([...ids.peek(), ...fresh]);
    keeping ||= window.setTimeout(keep, KEEP_EVERY_MS);
  };
  /** @param {Element} element */
  const looked = (element) => {
    glances.delete(element);
    if (document.visibilityState === "visible") see([element.getAttribute("data-card") ?? ""]);
  };
  const eye =
    typeof IntersectionObserver === "function"
      ? new IntersectionObserver(
          (entries) => {
            for (const { target, isIntersecting } of entries) {
              window.clearTimeout(glances.get(target));
              if (isIntersecting) glances.set(target, window.setTimeout(looked, GLANCE_MS, target));
              else glances.delete(target);
            }
          },
          { threshold: MOST },
        )
      : null;
  /** @param {Element | null} element  a card's, as its `ref` */
  const watch = (element) => {
    if (element && !ids.peek().has(element.getAttribute("data-card") ?? "")) eye?.observe(element);
  };
  for (const element of document.querySelectorAll("[data-card]")) watch(element);

  return {
    /** Ids of the cards that were seen. */
    ids,
    watch,
    stop() {
      eye?.disconnect();
      for (const timer of glances.values()) window.clearTimeout(timer);
      if (keeping) keep();
    },
  };
}

/** @param {string} name */
function read(name) {
  try {
    return (localStorage.getItem(KEY + name) ?? "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

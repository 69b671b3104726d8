// Once the list is scrolled, one line of the question is enough: the rest of its place shows ideas.

/** From here on the list is scrolled. */
const LOW_PX = 24;

/**
 * The head takes as much room in the page as before, so that nothing moves under a finger.
 * @returns {() => void} stops
 */
export function shrinkHeading() {
  const left = new AbortController();
  const look = () => {
    const head = document.querySelector(".phone-head");
    const low = window.scrollY > LOW_PX;
    if (!(head instanceof HTMLElement) || low === head.hasAttribute("data-low")) return;
    const whole_px = head.offsetHeight;
    head.toggleAttribute("data-low", low);
    head.style.marginBottom = low ? `${whole_px - head.offsetHeight}px` : "";
  };
  window.addEventListener("scroll", look, { passive: true, signal: left.signal });
  return () => left.abort();
}

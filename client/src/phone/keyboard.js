// Keeps the foot above the on-screen keyboard. Browsers that know `interactive-widget=resizes-content` do it by
// themselves; on the others the visual viewport tells how much of the page the keyboard covers.

/**
 * @param {HTMLElement} foot
 * @returns {() => void} stops
 */
export function keepAboveKeyboard(foot) {
  const root = document.documentElement;
  const viewport = window.visualViewport;
  const place = () => {
    if (!viewport || viewport.scale > 1.01) return;
    const covered = Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop);
    root.style.setProperty("--keyboard", `${Math.round(covered)}px`);
  };
  const head = document.querySelector(".phone-head");
  const measure = () => {
    // both are read before either is written: between the two the browser would lay out the page once more
    const heights = { foot: foot.offsetHeight, head: head instanceof HTMLElement ? head.offsetHeight : null };
    root.style.setProperty("--foot-height", `${heights.foot}px`);
    if (heights.head !== null) root.style.setProperty("--head-height", `${heights.head}px`);
  };
  const watcher = new ResizeObserver(measure);
  watcher.observe(foot);
  if (head) watcher.observe(head);
  viewport?.addEventListener("resize", place);
  viewport?.addEventListener("scroll", place);
  place();
  return () => {
    watcher.disconnect();
    viewport?.removeEventListener("resize", place);
    viewport?.removeEventListener("scroll", place);
  };
}

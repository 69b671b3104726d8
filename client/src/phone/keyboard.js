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
    root.style.setProperty("--foot-height", `${foot.offsetHeight}px`);
    if (head instanceof HTMLElement) root.style.setProperty("--head-height", `${head.offsetHeight}px`);
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

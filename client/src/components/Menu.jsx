// A button that opens a short list of things to do. Arrow keys, Home, End, Escape; focus goes back to the button.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button.jsx";
import "./Menu.css";

/**
 * @typedef {{ label: string, onPick: () => void, danger?: boolean, disabled?: boolean, checked?: boolean }} MenuItem
 *   `checked` makes it an item that is on or off
 */

/** @type {Record<string, (place: number, count: number) => number>} where a key takes the focus */
const KEYS = {
  ArrowDown: (place, count) => (place + 1) % count,
  ArrowUp: (place, count) => (place - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

const GAP_PX = 4;

/**
 * @param {{
 *   label: string,
 *   items: readonly (MenuItem | null | false)[],
 *   children?: import("preact").ComponentChildren,
 *   kind?: "plain" | "bare",
 * }} props `label` names the button; `children` is its face (three dots without); empty items are left out
 */
export function Menu({ label, items, children, kind = "bare" }) {
  const [open, setOpen] = useState(false);
  const button = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const id = useId();
  const shown = items.filter((item) => item !== null && item !== false);
  const close = () => {
    setOpen(false);
    button.current?.querySelector("button")?.focus();
  };
  usePlacement(open, button, list);
  useOutside(open, button, list, () => setOpen(false));

  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      event.stopPropagation();
      close();
      return;
    }
    const go = KEYS[event.key];
    if (!go || !list.current) return;
    event.preventDefault();
    const entries = [...list.current.querySelectorAll("button")];
    const place = entries.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    entries[go(place, entries.length)]?.focus();
  };

  return (
    <span class="menu" ref={button}>
      <Button
        kind={kind}
        iconOnly={!children}
        aria-label={children ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children ?? <Dots />}
      </Button>
      {open && (
        <div class="menu__list" role="menu" id={id} aria-label={label} ref={list} onKeyDown={onKey}>
          {shown.map((item) => (
            <button
              key={item.label}
              type="button"
              class="menu__item"
              role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
              aria-checked={item.checked}
              aria-disabled={item.disabled}
              data-danger={item.danger || undefined}
              tabIndex={-1}
              onClick={() => {
                if (item.disabled) return;
                close();
                item.onPick();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}

function Dots() {
  return (
    <svg class="menu__dots" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="2.5" cy="8" r="1.7" />
      <circle cx="8" cy="8" r="1.7" />
      <circle cx="13.5" cy="8" r="1.7" />
    </svg>
  );
}

/** @typedef {{ readonly current: HTMLElement | null }} ElementRef */

/**
 * Puts the list under its button, above it where there is no room, always inside the window; then focuses its first item.
 * @param {boolean} open
 * @param {ElementRef} button
 * @param {ElementRef} list
 */
function usePlacement(open, button, list) {
  useLayoutEffect(() => {
    const menu = list.current;
    if (!open || !menu || !button.current) return;
    const at = button.current.getBoundingClientRect();
    const size = menu.getBoundingClientRect();
    const below = at.bottom + GAP_PX + size.height <= window.innerHeight;
    const top = below ? at.bottom + GAP_PX : Math.max(GAP_PX, at.top - GAP_PX - size.height);
    const left = Math.min(Math.max(GAP_PX, at.right - size.width), window.innerWidth - size.width - GAP_PX);
    menu.style.top = `${top}px`;
    menu.style.left = `${left}px`;
    menu.querySelector("button")?.focus({ preventScroll: true });
  }, [open, button, list]);
}

/**
 * @param {boolean} open
 * @param {ElementRef} button
 * @param {ElementRef} list
 * @param {() => void} leave a press elsewhere, or the page scrolled away under the list
 */
function useOutside(open, button, list, leave) {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (!open) return undefined;
    /** @param {Event} event */
    const onPress = (event) => {
      const target = /** @type {Node} */ (event.target);
      if (!button.current?.contains(target) && !list.current?.contains(target)) latest.current();
    };
    /** @param {Event} event */
    const onScroll = (event) => {
      if (event.target !== list.current) latest.current(); // a list longer than the window scrolls, too
    };
    document.addEventListener("pointerdown", onPress);
    window.addEventListener("resize", onScroll);
    document.addEventListener("scroll", onScroll, { capture: true, passive: true });
    return () => {
      document.removeEventListener("pointerdown", onPress);
      window.removeEventListener("resize", onScroll);
      document.removeEventListener("scroll", onScroll, { capture: true });
    };
  }, [open, button, list]);
}

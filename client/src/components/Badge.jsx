// One or two words about somebody or something, with a sign: the team, muted, ready, a hand, approved wait.
import "./Badge.css";

/** @type {Record<"staff" | "muted" | "ready" | "hand" | "waits", string>} strokes in a 16 × 16 box */
const SIGNS = {
  staff: "M8 1.6 9.9 5.6 14.2 6.1 11 9.1 11.9 13.4 8 11.2 4.1 13.4 5 9.1 1.8 6.1 6.1 5.6Z",
  muted: "M2.5 8.5h11M4.5 5.2l7 7",
  ready: "M2.5 8.6 6.4 12.4 13.5 4",
  hand: "M5 9V4.2a1 1 0 0 1 2 0V8M7 8V2.8a1 1 0 0 1 2 0V8M9 8V3.6a1 1 0 0 1 2 0v5M11 8.6V5.6a1 1 0 0 1 2 0V10c0 3-1.8 4.6-4.4 4.6S4.6 13.4 2.6 9.8c.6-.9 1.7-.8 2.4.4",
  waits: "M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 1 1 0-12.4ZM8 4.8V8l2.4 1.6",
};

/** @typedef {keyof typeof SIGNS} BadgeKind */

/** @param {{ kind: BadgeKind, children: import("preact").ComponentChildren, quiet?: boolean }} props `quiet`: without its edge */
export function Badge({ kind, children, quiet = false }) {
  return (
    <span class="badge" data-kind={kind} data-quiet={quiet || undefined}>
      <BadgeSign kind={kind} />
      <span>{children}</span>
    </span>
  );
}

/** The sign alone, as decoration. @param {{ kind: BadgeKind }} props */
export function BadgeSign({ kind }) {
  return (
    <svg class="badge__sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d={SIGNS[kind]} />
    </svg>
  );
}

// The five rebound verbs as arcs, the plain arc of "rebond", and the logo. Every line here is the path of a ball.
import "./VerbIcon.css";

/** @typedef {import("@protocol/generated/types.d.ts").Verb} Verb */

/** The verbs in the order in which they are offered. */
export const VERBS = /** @type {const} */ (["extends", "combines", "adapts", "removes_obstacle", "counters"]);

/** @type {Record<Verb, { arcs: string[], ball: [number, number], bar?: string }>} in a 24 × 24 box */
const DRAWINGS = {
  extends: { arcs: ["M2.5 18.5C4.5 2.5 16.5 2.5 19 15.5"], ball: [19.5, 18.5] },
  combines: { arcs: ["M1.5 15.5C2.5 4.5 9 4 11.2 15", "M22.5 15.5C21.5 4.5 15 4 12.8 15"], ball: [12, 18.5] },
  adapts: { arcs: ["M2.5 18.5C4.5 2.5 16.5 2.5 19 15.5"], ball: [19.5, 18.5] },
  removes_obstacle: { arcs: ["M2.5 18.5C4.5 1 16.5 1 19 15.5"], ball: [19.5, 18.5], bar: "M10.8 12v9" },
  counters: { arcs: ["M2.5 20C3 3.5 20.5 1.5 20.5 10.5C20.5 16 13.5 16.5 11.2 13.4"], ball: [9.6, 11] },
};

/** @param {{ verb: Verb, label?: string }} props `label` is said to a screen reader; without it the icon is decoration */
export function VerbIcon({ verb, label }) {
  const { arcs, ball, bar } = DRAWINGS[verb];
  const said = label ? { role: /** @type {const} */ ("img"), "aria-label": label } : { "aria-hidden": true };
  return (
    <svg class="arc-icon" data-verb={verb} viewBox="0 0 24 24" {...said}>
      {arcs.map((d) => (
        <path key={d} class="arc-icon__arc" d={d} />
      ))}
      {bar && <path class="arc-icon__bar" d={bar} />}
      <circle class="arc-icon__ball" cx={ball[0]} cy={ball[1]} r="2.6" />
    </svg>
  );
}

/** The "rebond" button's icon, and the small sign before "from Ana": one arc, one ball. Decoration. */
export function ArcIcon() {
  return <VerbIcon verb="extends" />;
}

/** A dot at the end of two shrinking arcs. @param {{ label?: string }} props */
export function Logo({ label }) {
  const said = label ? { role: /** @type {const} */ ("img"), "aria-label": label } : { "aria-hidden": true };
  return (
    <svg class="logo" viewBox="0 0 44 32" {...said}>
      <path class="logo__arc" d="M3 28C5.5 -1.5 20.5 -1.5 23 28" />
      <path class="logo__arc" d="M23 28C25 12.5 34 12.5 36.4 24" />
      <circle class="logo__ball" cx="37.4" cy="27" r="4" />
    </svg>
  );
}

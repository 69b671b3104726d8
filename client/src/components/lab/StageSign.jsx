// A stage as a small drawing: where the ball is on its way. Decoration: the word stands beside it.
import "../VerbIcon.css";

/** @type {Record<import("./stages.js").Stage, { path: string, ball: [number, number], bar?: string }>} in a 24 × 24 box */
const DRAWINGS = {
  idea: { path: "", ball: [5, 17] },
  design: { path: "M3 18C4 8 9 5 11 6", ball: [12.5, 6.5] },
  development: { path: "M2.5 18.5C4.5 2.5 12.5 2.5 14 15.5", ball: [14.5, 18] },
  test: { path: "M2.5 18.5C4 2.5 10.5 2.5 12 18.5M12 18.5C13 11 17 9.5 18.5 11", ball: [19.5, 12.5] },
  live: { path: "M2 18.5C3.5 2.5 9.5 2.5 11 18.5M11 18.5C12.5 8 17.5 8 19 16", ball: [19.5, 18] },
  stopped: { path: "M2.5 18.5C4 6 8.5 6 10 16", ball: [10.5, 18], bar: "M18 9v12" },
};

/** @param {{ stage: import("./stages.js").Stage }} props */
export function StageSign({ stage }) {
  const { path, ball, bar } = DRAWINGS[stage];
  return (
    <svg class="arc-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path class="arc-icon__arc" d="M2 22H22" opacity="0.35" />
      {path && <path class="arc-icon__arc" d={path} />}
      {bar && <path class="arc-icon__bar" d={bar} />}
      <circle class="arc-icon__ball" cx={ball[0]} cy={ball[1]} r="2.8" />
    </svg>
  );
}

// A segment's mark: a shape and a hue, never the hue alone. Knows the order of segments, not their names.
import "./SegmentMark.css";

/** The six shapes in a 16 × 16 box, in the order in which a board lists its segments. */
export const SHAPES = /** @type {const} */ (["circle", "square", "triangle", "diamond", "hexagon", "cross"]);

/** @typedef {(typeof SHAPES)[number]} Shape */

/** @type {Record<Shape, string>} */
const OUTLINES = {
  circle: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13Z",
  square: "M2 2h12v12H2Z",
  triangle: "M8 1.2 15.2 14H0.8Z",
  diamond: "M8 .8 15.2 8 8 15.2 .8 8Z",
  hexagon: "M4.4 1.6h7.2L15.2 8l-3.6 6.4H4.4L.8 8Z",
  cross: "M5.4 1h5.2v4.4H15v5.2h-4.4V15H5.4v-4.4H1V5.4h4.4Z",
};

/**
 * Shape and hue for a segment's place in the board's list. From the seventh on the shapes come again with other hues, so
 * that all twelve a board may have differ.
 * @param {number} place counted from 0
 * @returns {{ shape: Shape, hue: number }} hue: which of the six segment tokens, counted from 1
 */
export function markOf(place) {
  const count = SHAPES.length;
  const turn = Math.floor(place / count);
  const shape = /** @type {Shape} */ (SHAPES[place % count]);
  return { shape, hue: ((place + turn * 2) % count) + 1 };
}

/**
 * @param {{ place: number, label?: string }} props `label` is said to a screen reader; without it the mark is decoration
 */
export function SegmentMark({ place, label }) {
  const { shape, hue } = markOf(place);
  const said = label ? { role: /** @type {const} */ ("img"), "aria-label": label } : { "aria-hidden": true };
  return (
    <svg class="segment-mark" data-shape={shape} viewBox="0 0 16 16" {...said}>
      <path d={OUTLINES[shape]} style={{ fill: `var(--segment-${hue})` }} />
    </svg>
  );
}

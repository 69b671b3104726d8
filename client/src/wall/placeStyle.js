// Where something stands on the stage, as a style: moved by a transform, so that going elsewhere is a calm flight.

/**
 * @param {{ x: number, y: number, width: number, height: number }} place pixels
 * @param {number} size_px the size of its words
 */
export const placeStyle = ({ x, y, width, height }, size_px) => ({
  transform: `translate(${x}px, ${y}px)`,
  width: `${width}px`,
  height: `${height}px`,
  fontSize: `${size_px}px`,
});

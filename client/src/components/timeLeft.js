// How much of a timer is left, and how that is written. Pure: the clock comes in.

/**
 * The server's clock is known to a fraction of a second only: no timer is ever written with more than its own length.
 * @param {{ started_ms: number, ends_ms: number }} timer on the server's clock
 * @param {number} now_ms this device's clock
 * @param {number} skew_ms the server's clock minus this device's
 * @returns {number} whole seconds left, 0 when it is over; a second counts until it has passed
 */
export function secondsLeft(timer, now_ms, skew_ms) {
  const left_ms = Math.min(timer.ends_ms - (now_ms + skew_ms), timer.ends_ms - timer.started_ms);
  return Math.max(0, Math.ceil(left_ms / 1000));
}

/** @param {number} seconds @returns {string} "1:05", "12:00", "1:02:03" */
export function clockText(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/**
 * How long until the written second changes, so that every screen in the room ticks together.
 * @param {{ ends_ms: number }} timer
 * @param {number} now_ms
 * @param {number} skew_ms
 * @returns {number} milliseconds, at least 20
 */
export function nextTick(timer, now_ms, skew_ms) {
  const left = timer.ends_ms - (now_ms + skew_ms);
  return Math.max(20, ((left % 1000) + 1000) % 1000 || 1000);
}

// Waiting in tests: as long as a test may take. A second, which is what vitest gives, is a measure of speed.
import { vi } from "vitest";

const WITHIN = { timeout: 90_000 };

/**
 * Asks again until nothing is thrown any more.
 * @template T
 * @param {() => T | Promise<T>} so
 * @returns {Promise<T>}
 */
export const until = (so) => vi.waitFor(so, WITHIN);

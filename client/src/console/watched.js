// What the server alone knows and no event tells: looked at again and again, as long as somebody looks at it here.
import { signal } from "@preact/signals";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";

/** A room full of people that comes and goes is no reason to look more often. */
export const LOOK_AT_MOST_MS = 3_000;

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {() => number} wait_ms until the next look
 */
export function createWatched(ask, wait_ms) {
  /** Null until the first answer; what was last known stays. */
  const rows = signal(/** @type {T | null} */ (null));
  const problem = signal("");
  let timer = 0;
  let open = false;
  let looked_ms = -Infinity;
  /** Whatever an earlier look brings is old. */
  let turn = 0;

  const look = async () => {
    const mine = (turn += 1);
    window.clearTimeout(timer);
    looked_ms = performance.now();
    const [now, wrong] = await ask().then(
      (answer) => /** @type {const} */ ([answer, ""]),
      (error) => /** @type {const} */ ([rows.peek(), error instanceof Refused ? tError(error) : t("error.unknown")]),
    );
    if (turn !== mine) return;
    rows.value = now;
    problem.value = wrong;
    if (open) timer = window.setTimeout(() => void look(), wait_ms());
  };

  return {
    rows,
    problem,
    look,
    /** Something may be another now. */
    stir: () => {
      if (open && performance.now() - looked_ms > LOOK_AT_MOST_MS) void look();
    },
    /** Looks from now on. */
    watch: () => {
      open = true;
      void look();
      return () => {
        open = false;
        window.clearTimeout(timer);
      };
    },
  };
}

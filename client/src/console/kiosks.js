// The screens of a board: looked after as long as their list is open, and how each is, in words.
import { language, t } from "../i18n/index.js";
import { LOOK_AT_MOST_MS, createWatched } from "./watched.js";

/** @typedef {import("@protocol/generated/types.d.ts").Kiosk} Kiosk */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */

const LOOK_EVERY_MS = 15_000;
/** For so long after a screen was paired, its first report is looked out for. */
const AWAITED_MS = 30_000;

/** A kiosk reports every minute: whoever missed two is not there. */
const HERE_MS = 150_000;

/** @type {readonly (readonly [Intl.RelativeTimeFormatUnit, number])[]} the largest first, in ms */
const UNITS = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["week", 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** @param {DeskApi} api */
export function createKiosks(api) {
  let awaited_until_ms = -Infinity;
  const watched = createWatched(
    async () => [...(await api.kiosks())].sort((one, other) => Number(one.name === null) - Number(other.name === null)),
    () => (performance.now() < awaited_until_ms ? LOOK_AT_MOST_MS : LOOK_EVERY_MS),
  );
  return {
    ...watched,
    /** A screen was paired: it is in the list, and will soon be heard of. */
    await: () => {
      awaited_until_ms = performance.now() + AWAITED_MS;
      return watched.look();
    },
  };
}

/**
 * When it was last heard of, as one says it.
 * @param {number | null} seen_ms by the server's clock
 * @param {number} now_ms by the server's clock
 * @returns {string}
 */
export function seenText(seen_ms, now_ms) {
  if (seen_ms === null) return t("console.kiosk.never");
  const ago_ms = now_ms - seen_ms;
  if (ago_ms < HERE_MS) return t("console.kiosk.here");
  const [unit, size_ms] = UNITS.find(([, size]) => ago_ms >= size) ?? ["minute", 60_000];
  const ago = new Intl.RelativeTimeFormat(language.value, { numeric: "auto" }).format(-Math.floor(ago_ms / size_ms), unit);
  return t("console.kiosk.seen", { ago });
}

/**
 * How a kiosk is, in one line.
 * @param {Kiosk} kiosk
 * @param {number} now_ms by the server's clock
 * @returns {string}
 */
export function stateText(kiosk, now_ms) {
  const { seen_ms, queued, behind, removed } = kiosk;
  if (removed) return t("console.kiosk.revoked");
  if (!isScreen(kiosk)) return t("console.kiosk.unopened");
  return [
    seenText(seen_ms, now_ms),
    queued > 0 && t("console.kiosk.queued", { n: queued }),
    behind && t("console.kiosk.updates"),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Not so the seat behind the kiosk's link, which every board has, until somebody opens it. @param {Kiosk} kiosk */
export const isScreen = ({ name, seen_ms }) => name !== null || seen_ms !== null;

/** @param {Pick<Kiosk, "name">} kiosk @returns {string} */
export const kioskName = ({ name }) => name ?? t("console.kiosk.byLink");

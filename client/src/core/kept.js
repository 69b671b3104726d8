/**
 * The board as this person was last shown it, kept on their own phone: for a reload in a tunnel or a lift, where no server
 * can be asked. The first snapshot replaces it. Fetched when the page has nothing better to do, and offline.
 *
 * It holds what was on this screen and nothing else, of the roles in `KEEPS` alone: a kiosk and a wall are many people's, and
 * what a moderator sees is hidden from the room. It goes with the person (`forgetBoard`), with their access (`ended`), and by
 * itself after `KEEP_MS`. It knows no screen.
 *
 * @import { You } from "@protocol/generated/types"
 * @import { BoardState } from "./fold.js"
 * @import { BoardStore } from "./store.js"
 * @import { Vault } from "./vault.js"
 */
import { effect } from "@preact/signals";
import { fromSnapshot } from "./fold.js";
import { openVault } from "./vault.js";

/** @typedef {{ at_ms: number, you: You, text: string }} Kept  `text`: the state as JSON, see `written` */

const KEEPS = new Set(["participant", "staff"]);
/** The first time at once: who has just come in may load the page again. Then no sooner after a change than this, */
const AFTER_MS = 2_000;
/** nor more than so many characters a second: a busy board must not wear a cheap phone out. */
const CHARS_PER_S = 20_000;
/** Of a larger board the newest cards are kept, and what was said of them. */
const MAX_CARDS = 2_000;
/** Of longer texts half as many, until it fits: 1,500,000 characters are at most 3 MB, and 2,000 usual cards a third of it. */
const MAX_CHARS = 1_500_000;
const KEEP_MS = 14 * 24 * 3600_000;
const PREFIX = "board.";

/**
 * @typedef {object} Where
 * @property {string} scope   whose, as the outbox names them
 * @property {AbortSignal} until
 * @property {Vault} [vault]
 * @property {() => number} [now_ms]
 * @property {EventTarget} [page]   hears `visibilitychange` and `pagehide`
 */

/**
 * Keeps what the store shows, and shows it what was kept where it has neither board nor line.
 * @param {BoardStore} store
 * @param {Where} where
 */
export function keepBoard(store, { scope, until, vault, now_ms = Date.now, page = window }) {
  const opening = vault ? Promise.resolve(vault) : openVault();
  /** @type {BoardState | null} */
  let last = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let chars = 0;

  const keep = async () => {
    clearTimeout(timer);
    timer = undefined;
    const [state, you] = [store.whole.peek(), store.you.peek()];
    if (until.aborted || !state || state === last || !you || !KEEPS.has(you.role) || store.ended.peek()) return;
    last = state;
    const text = written(state);
    chars = text?.length ?? 0;
    const record = text === null ? undefined : { at_ms: now_ms(), you, text };
    await (await opening).update(PREFIX + scope, () => record);
  };
  const recall = async () => {
    const kept = (await known(await opening, now_ms())).get(PREFIX + scope);
    if (!kept || until.aborted || store.ended.peek()) return;
    const state = read(kept.text);
    if (store.recall(state, kept.you)) last = state;
  };
  const hidden = () => void keep().catch(() => undefined);

  if (until.aborted) return;
  const stops = [
    effect(() => {
      if (store.status.value === "offline" && store.whole.value === null) void recall().catch(() => undefined);
    }),
    effect(() => {
      if (store.whole.value !== null && store.whole.value !== last) {
        timer ??= setTimeout(hidden, last ? Math.max(AFTER_MS, (chars / CHARS_PER_S) * 1_000) : 0);
      }
    }),
    effect(() => {
      if (store.ended.value) void forgetBoard(scope, opening).catch(() => undefined);
    }),
  ];
  // a browser may drop what a page asks of it while it is being left: phones hide a page first, and leave it later
  for (const leaving of ["visibilitychange", "pagehide"]) page.addEventListener(leaving, hidden, { signal: until });
  until.addEventListener("abort", () => {
    clearTimeout(timer);
    stops.forEach((stop) => stop());
  });
}

/**
 * Somebody else uses this phone now, or nobody may see that board on it any more.
 * @param {string} scope
 * @param {Vault | Promise<Vault>} [vault]
 */
export async function forgetBoard(scope, vault = openVault()) {
  await (await vault).update(PREFIX + scope, () => undefined);
}

/**
 * What is kept of this and of other boards; what is too old leaves.
 * @param {Vault} vault
 * @param {number} now_ms
 * @returns {Promise<Map<string, Kept>>}
 */
async function known(vault, now_ms) {
  const records = /** @type {Map<string, Kept>} */ (await vault.list(PREFIX));
  for (const [key, { at_ms }] of records) {
    if (now_ms - at_ms <= KEEP_MS) continue;
    records.delete(key);
    await vault.update(key, () => undefined);
  }
  return records;
}

/**
 * The state as JSON, maps and sets as lists; null where not even one card fits.
 * @param {BoardState} state
 * @returns {string | null}
 */
export function written(state) {
  for (let most = MAX_CARDS; most >= 1; most = Math.floor(most / 2)) {
    const text = JSON.stringify(newest(state, most), (_, value) =>
      value instanceof Map || value instanceof Set ? [...value] : value,
    );
    if (text.length <= MAX_CHARS) return text;
  }
  return null;
}

/**
 * @param {string} text
 * @returns {BoardState}
 */
export function read(text) {
  const said = JSON.parse(text);
  // a part that this version knows and the one that wrote it did not is as on an empty board
  const empty = fromSnapshot({ ...said.meta, cards: [], rounds: [], participants: [] }, null);
  const parts = Object.entries(empty).flatMap(([name, part]) => {
    if (name === "meta" || said[name] === undefined) return [];
    if (part instanceof Map) return [[name, new Map(said[name])]];
    return [[name, part instanceof Set ? new Set(said[name]) : said[name]]];
  });
  return { ...empty, ...Object.fromEntries(parts) };
}

/**
 * The newest cards, with what was said of them.
 * @param {BoardState} state
 * @param {number} most
 * @returns {BoardState}
 */
function newest(state, most) {
  if (state.shared.size <= most) return state;
  const cards = [...state.shared.values()].sort((one, other) => other.at_ms - one.at_ms).slice(0, most);
  const shared = new Map(cards.map((card) => [card.id, card]));
  const comments = new Map([...state.comments].filter(([, { card }]) => shared.has(card)));
  const reactions = new Map([...state.reactions].filter(([card]) => shared.has(card)));
  return { ...state, shared, comments, reactions };
}

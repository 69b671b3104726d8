// A kiosk's engine for tests of the screens and for the page on which one looks at them: the client's own fold over
// snapshots, with what was pressed written down instead of sent. It has the engine's shape and none of its machinery.
import { computed, signal } from "@preact/signals";
import { commentsByCard, fromSnapshot } from "../../../src/core/fold.js";
import { inWindow } from "../../../src/core/lab.js";
import { language, speak } from "../../../src/i18n/index.js";
import { boardView } from "../../components/boardStore.js";

/** @typedef {import("../../../src/kiosk/engine/index.js").Engine} Engine */
/** @typedef {import("../../../src/kiosk/engine/index.js").Seat} Seat */
/** @typedef {import("@protocol/generated/types.d.ts").BoardView} BoardView */

/** @param {Partial<BoardView>} change @param {"connecting" | "live" | "offline" | "ended"} [at] */
export function kioskBoard(change, at = "live") {
  const view = boardView(change);
  const state = signal(/** @type {import("../../../src/core/fold.js").BoardState | null} */ (fromSnapshot(view, null)));
  const shared = computed(() => state.value?.shared ?? new Map());
  const cards = computed(() => new Map([...shared.value].filter(([, card]) => card.state === "shown" && !card.sealed)));
  return {
    id: view.id,
    code: view.code,
    title: computed(() => state.value?.meta.title ?? ""),
    locale: view.locale,
    join_url: `http://rebond.local/j/${view.code}`,
    participant: "k1",
    line: signal(at),
    state,
    cards,
    comments: computed(() => (state.value ? commentsByCard(state.value) : new Map())),
    window: computed(() => (state.value ? inWindow(state.value) : [])),
    /** @param {import("@protocol/generated/types.d.ts").Permission} permission */
    allows: (permission) => state.value !== null && !state.value.meta.locked && (state.value.meta.step.allows ?? []).includes(permission),
    /** What the server says next. @param {Partial<BoardView>} next */
    becomes(next) {
      state.value = fromSnapshot({ ...view, ...next }, null);
    },
  };
}

/** @param {{ seat?: Seat, boards?: ReturnType<typeof kioskBoard>[], online?: boolean, hasPin?: boolean }} [what] */
export function kioskEngine({ seat, boards = [], online = true, hasPin = true } = {}) {
  /** @type {unknown[]} */
  const done = [];
  /** @type {Set<() => void>} */
  const wipers = new Set();
  const note = (/** @type {string} */ what) => (/** @type {unknown[]} */ ...more) => void done.push([what, ...more]);
  /** @type {import("@preact/signals").Signal<Seat>} */
  const seatNow = signal(seat ?? { is: "seated", name: "Agence République", settings: { idle_s: 60, keyboard: null }, boards: [], hasPin });
  const given = signal(new Map());
  const active = signal(false);
  const left_s = signal(/** @type {number | null} */ (null));
  const textSize = signal(/** @type {"normal" | "large" | "largest"} */ ("normal"));
  const contrast = signal(/** @type {"normal" | "high"} */ ("normal"));
  const staffState = signal(/** @type {"closed" | "asking" | "checking" | "open"} */ ("closed"));
  const wrong = signal(0);
  const speaking = signal(false);
  const cleaning_s = signal(/** @type {number | null} */ (null));
  const root = document.documentElement;
  const contribution = {
    board: boards[0]?.id ?? "b1",
    state: signal("stored"),
    problem: signal(/** @type {string | null} */ (null)),
    handoff: signal(/** @type {import("../../../src/kiosk/engine/index.js").Handoff | null} */ ({ link: "http://rebond.local/j/KTE7X#h=abc", qr: QR, ready: signal(true), left_s: () => 600 })),
  };
  const engine = {
    seat: seatNow,
    pairing: { begin: note("begin"), cancel: note("cancel") },
    boards: signal(boards),
    online: signal(online),
    queue: signal({ count: 0, max: 500, full: false }),
    given,
    safe: computed(() => new Set(given.value.keys())),
    /** @param {string} board @param {string} card @param {string | null} mark */
    give(board, card, mark) {
      done.push(["give", board, card, mark]);
      const next = new Map(given.peek());
      if (mark === null) next.delete(card);
      else next.set(card, mark);
      given.value = next;
      return true;
    },
    leaveCard: note("leaveCard"),
    /** @param {object} words */
    async write(words) {
      done.push(["write", words]);
      return contribution;
    },
    visit: {
      active,
      left_s,
      number: signal(0),
      touch: () => void (active.value = true),
      stay: () => void (left_s.value = null),
      end() {
        active.value = false;
        left_s.value = null;
        given.value = new Map();
        for (const run of wipers) run();
      },
      /** @param {() => void} run */
      onWipe(run) {
        wipers.add(run);
        return () => wipers.delete(run);
      },
      look: {
        locale: language,
        first: signal(/** @type {string | null} */ (null)),
        setFirst: note("setFirst"),
        textSize,
        contrast,
        /** @param {string} code */
        setLocale: (code) => speak([code]),
        /** @param {"normal" | "large" | "largest"} size */
        setTextSize(size) {
          textSize.value = size;
          root.dataset.text = size;
        },
        /** @param {"normal" | "high"} how */
        setContrast(how) {
          contrast.value = how;
          root.dataset.contrast = how;
        },
      },
    },
    speech: {
      available: () => true,
      speaking,
      /** @param {string} text @param {string} lang */
      say(text, lang) {
        done.push(["say", text, lang]);
        speaking.value = true;
      },
      stop: () => void (speaking.value = false),
    },
    staff: {
      state: staffState,
      wrong,
      wait_s: signal(0),
      cleaning_s,
      ask: () => void (staffState.value = hasPin ? "asking" : "open"),
      /** @param {string} pin */
      async check(pin) {
        const right = pin === "2468";
        wrong.value = right ? 0 : wrong.peek() + 1;
        staffState.value = right ? "open" : "asking";
        return right;
      },
      close: () => void (staffState.value = "closed"),
      /** @param {number} seconds */
      clean(seconds) {
        done.push(["clean", seconds]);
        cleaning_s.value = seconds;
      },
      endCleaning: () => void (cleaning_s.value = null),
      unpair: note("unpair"),
      reload: note("reload"),
      enterFullScreen: note("enterFullScreen"),
      leaveFullScreen: note("leaveFullScreen"),
      about: signal({ build: "a3f9c1", answeredAt_ms: Date.now() - 12_000 }),
    },
    now_ms: () => Date.now(),
  };
  return { engine: /** @type {Engine} */ (/** @type {unknown} */ (engine)), inside: engine, contribution, done };
}

/** A drawing with the size and the corners of a QR code; no camera reads it. */
const QR = { size: 37, path: pattern(37) };

/** @param {number} size */
function pattern(size) {
  const eye = (/** @type {number} */ x, /** @type {number} */ y) => `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`;
  let path = eye(4, 4) + eye(size - 11, 4) + eye(4, size - 11);
  for (let y = 4; y < size - 4; y += 1) {
    for (let x = 4; x < size - 4; x += 1) {
      const inEye = (x < 12 && y < 12) || (x > size - 13 && y < 12) || (x < 12 && y > size - 13);
      if (!inEye && (x * 7 + y * 11 + x * y) % 5 < 2) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  return path;
}

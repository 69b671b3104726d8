/**
 * What not everybody needs at once: fetched when it is asked for, each a small file of its own. A phone that only joins,
 * reads, writes and rebounds never loads it, and one in a tunnel has it already, because the service worker fetched it
 * ahead (DESIGN §9; the page weight test counts both sums).
 *
 * How to add something: put a module at one of the places below. Nothing else has to be registered.
 *
 * | place | default export | shown |
 * | --- | --- | --- |
 * | choose/page.later.jsx | `ChoosePage({ store, round })` | in place of the list, while a round is open and the view is "choose" |
 * | talk/card.later.jsx | `CardTalk({ desk, card })` | in a card's sheet (later/detail), under the card: reactions, comments |
 * | talk/foot.later.jsx | `TalkBar({ desk })` | a row above the composer: hand up, ready |
 * | receipt/receipt.later.jsx | `ReceiptSheet({ desk, onClose })` | `desk.sheet.value = { name: "receipt/receipt" }`: from "Mine" and from the settings |
 * | any/{name}.later.jsx | `Sheet({ desk, onClose, ...give })` | `desk.sheet.value = { name: "any/name", give: {…} }`; `give.part`: another export of it |
 *
 * - `desk` is `Desk` in BoardScreen.jsx. A sheet renders `Sheet` of the components; a page and a foot render into the page.
 * - Words: `import "./texts.js"` in the module, a file of `addTexts({ en: () => import("./texts.en.js"), fr: … })`. What is
 *   shown here is shown when its words have arrived too, in the language in use.
 * - Styles: `import "./X.css"` in the module; they arrive with it. What sticks to the top stands below the head:
 *   `top: var(--head-height)`; the foot is `var(--foot-height)` tall.
 * - Only files named `*.later.jsx` become files of their own; what they import beside themselves goes with them.
 * - Loading shows one quiet line; without a line it says so, and goes on by itself as soon as there is one.
 */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { fetchTexts, language, t } from "../i18n/index.js";

/** @typedef {Record<string, any>} Module */
/** @typedef {{ module: Module | null, failed: boolean }} Fetched */

/** @type {Record<string, () => Promise<Module>>} */
const MODULES = import.meta.glob("./*/*.later.jsx");

/** @param {string} name */
const loaderOf = (name) => MODULES[`./${name}.later.jsx`];

/** What did not come is asked for again after this long, and ever more seldom: a server that is back tells no browser. */
const AGAIN_MS = 1_000;
const SELDOM_MS = 30_000;

/** Style sheets that did not come: Vite counts them as fetched, and asks for them no more. @type {Set<HTMLLinkElement>} */
const unstyled = new Set();
window.addEventListener("error", ({ target }) => target instanceof HTMLLinkElement && target.rel === "stylesheet" && unstyled.add(target), true);

/**
 * Comes, though it may take its time.
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
const patiently = (load, wait_ms = AGAIN_MS) =>
  load().catch(async () => {
    await new Promise((resolve) => {
      window.setTimeout(resolve, wait_ms);
      window.addEventListener("online", resolve, { once: true });
    });
    for (const link of unstyled) link.replaceWith(link.cloneNode());
    unstyled.clear();
    return patiently(load, Math.min(2 * wait_ms, SELDOM_MS));
  });

/** What a phone does beside showing a board, in a file of its own. */
export const afterwards = () => patiently(() => import("./later/afterwards.js"));

/** @type {Map<string, import("@preact/signals").Signal<Fetched>>} */
const known = new Map();
/** Whether it is here already; whoever asks hears when it is. @param {string} name */
export const isFetched = (name) => asOf(asked.value, name)?.module != null;

/** @param {number} _ how much was asked for, read so that a change is heard @param {string} name */
const asOf = (_, name) => known.get(name)?.value;
/** @type {Fetched} */
const NOT_ASKED = { module: null, failed: false };
/** Counts what was asked for, so that who is patient hears of it. */
const asked = signal(0);

/**
 * What became of fetching a module; asking for it the first time fetches it.
 * @param {string} name
 * @returns {import("@preact/signals").Signal<Fetched>}
 */
function fetched(name) {
  const before = known.get(name);
  if (before) return before;
  const state = signal(/** @type {Fetched} */ ({ module: null, failed: false }));
  known.set(name, state);
  asked.value = known.size;
  void patiently(() => fetchModule(name, state));
  return state;
}

/**
 * @param {string} name
 * @param {import("@preact/signals").Signal<Fetched>} state
 */
async function fetchModule(name, state) {
  try {
    const module = await loaderOf(name)?.();
    await fetchTexts(language.peek());
    state.value = { module: module ?? null, failed: module === undefined };
  } catch (error) {
    state.value = { module: null, failed: true };
    throw error;
  }
}

/**
 * The person asks again. Some browsers remember a file that did not come for as long as the page lives, and a new version
 * may have taken its place: then only the page itself, loaded again, helps, as long as it can be had. Drafts and what is on
 * its way are kept.
 * @param {string} name
 */
async function again(name) {
  try {
    await fetchModule(name, fetched(name));
  } catch {
    void fetch(location.pathname).then(({ ok }) => ok && location.reload(), () => undefined);
  }
}

/**
 * Fetches ahead what will probably be asked for, one by one when the phone has nothing better to do, then does what else
 * can wait.
 * @param {readonly string[]} names
 * @param {() => void} rest
 */
export function fetchAhead(names, rest) {
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ run) => window.setTimeout(run, 1_000));
  const [first, ...others] = names;
  idle(() => {
    if (first === undefined) return rest();
    fetched(first);
    fetchAhead(others, rest);
  });
}

/**
 * A part of such a module, drawn as soon as it is there.
 * @param {{ name: string, part?: string, quiet?: boolean, patient?: boolean } & Record<string, unknown>} props  `part`:
 *   which export; `quiet`: nothing is shown until it is there, for what nobody waits for; `patient`: does not even ask
 *   for it, and shows it when it was fetched ahead
 */
export function Later({ name, part = "default", quiet = false, patient = false, ...give }) {
  const { module, failed } = (patient ? asOf(asked.value, name) : fetched(name).value) ?? NOT_ASKED;
  if (module) {
    const Part = module[part];
    return Part ? <Part {...give} /> : null;
  }
  return quiet ? null : <NotYet key={name} name={name} failed={failed} onClose={/** @type {any} */ (give).onClose} />;
}

const SOON_MS = 300;

/** Whether one has waited: what comes at once needs no word, and is drawn once instead of twice. */
export function useLate() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), SOON_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return late;
}

/** @param {{ name: string, failed: boolean, onClose?: () => void }} props  `onClose`: it is to be a sheet */
function NotYet({ name, failed, onClose }) {
  const late = useLate();
  if (!late && !failed) return null;
  const words = t(failed ? "phone.later.failed" : "phone.later.loading");
  const retry = failed && <Button onClick={() => void again(name)}>{t("common.retry")}</Button>;
  if (onClose) {
    return (
      <Sheet open title={t(failed ? "phone.later.title" : "phone.later.loading")} onClose={onClose} foot={retry}>
        {failed && <p role="status">{words}</p>}
      </Sheet>
    );
  }
  return (
    <div class="later" role="status" aria-busy={!failed}>
      <p>{words}</p>
      {retry}
    </div>
  );
}

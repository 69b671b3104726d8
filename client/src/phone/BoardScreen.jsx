// The board on a phone: who and when on top, a list of ideas, and at the bottom what one can do now: write, or vote.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { LiveRegion } from "../components/LiveRegion.jsx";
import { t } from "../i18n/index.js";
import { CardList, OnTheirWay } from "./CardList.jsx";
import { draft } from "./drafts.js";
import { Foot } from "./Foot.jsx";
import { Header } from "./Header.jsx";
import { afterwards, fetchAhead, Later } from "./later.jsx";
import { mayAct } from "./permits.js";
import { Sheets } from "./Sheets.jsx";
import { firstView, followSteps, isChoosing } from "./steering.js";
import { ViewChips } from "./ViewChips.jsx";
import "./BoardScreen.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("./gathering.js").View} View */
/** @typedef {ReturnType<typeof import("./seen.js").watchSeen>} Seen */

/**
 * What covers the board for a moment, one at a time: a sheet of later.jsx by its name, and what it is given.
 * @typedef {{ name: string, give?: Record<string, unknown> }} Open
 */

/**
 * What every part of the phone is given.
 * @typedef {object} Desk
 * @property {BoardStore} store
 * @property {import("@preact/signals").Signal<View>} view
 * @property {import("@preact/signals").Signal<Open | null>} sheet
 * @property {import("./drafts.js").Draft} idea  the composer's text
 * @property {(name: string) => import("./drafts.js").Draft} draftOf  what is being written elsewhere, e.g. on which idea
 * @property {import("@preact/signals").Signal<Extras>} extras  what the next idea is besides its words
 * @property {import("@preact/signals").Signal<Seen | null>} seen  which cards this phone has shown to its person
 * @property {() => void} leave
 */

/** @typedef {{ kind: import("@protocol/generated/types.d.ts").CardKind, tags: readonly string[], colour: number | null }} Extras */

/** @type {Extras} */
export const NO_EXTRAS = { kind: "idea", tags: [], colour: null };

/** What most people will want a moment later. */
const AHEAD = ["later/cardMenu", "later/rebound", "later/detail", "later/edit", "talk/foot"];

/** @param {{ store: BoardStore, draftKey: string, onLeave: () => void }} props */
export function BoardScreen({ store, draftKey, onLeave }) {
  const sheet = useSignal(/** @type {Open | null} */ (null));
  const [drafts] = useState(() => {
    /** @type {Record<string, import("./drafts.js").Draft>} */
    const made = {};
    /** @type {Desk["draftOf"]} */
    const draftOf = (name) => (made[name] ??= draft(`${draftKey}.${name}`, (text) => isSaid(store, text)));
    return { draftOf, idea: draftOf("idea") };
  });
  const view = useSignal(firstView(store, drafts.idea));
  const extras = useSignal(NO_EXTRAS);
  const seen = useSignal(/** @type {Seen | null} */ (null));
  const leave = useRef(onLeave);
  /** @type {Desk} */
  const desk = useMemo(
    () => ({ store, view, sheet, extras, seen, ...drafts, leave: () => leave.current() }),
    [store, view, sheet, extras, seen, drafts],
  );
  useTitle(store);
  useEffect(() => followSteps(desk), [desk]);
  useEffect(() => {
    const left = new AbortController();
    fetchAhead(AHEAD, () => {
      void afterwards().then(({ install, listen, shrinkHeading, watchSeen }) => {
        if (left.signal.aborted) return;
        const watching = watchSeen(draftKey);
        const stops = [install(store), listen(store), shrinkHeading(), watching.stop];
        seen.value = watching;
        left.signal.addEventListener("abort", () => stops.forEach((stop) => stop()));
      });
    });
    return () => left.abort();
  }, [draftKey, seen, store]);
  return (
    <div class="phone">
      <a class="phone__skip" href="#foot">
        {t("phone.skip")}
      </a>
      <Header desk={desk} />
      <main class="phone__main" id="main" tabIndex={-1}>
        <Later quiet patient name="handoff/arriving" part="CameHome" desk={desk} />
        {wantsAttention(store) && <Later quiet name="later/attention" desk={desk} />}
        <Instruction store={store} />
        {waits(store) && <Later quiet name="later/waiting" desk={desk} />}
        <ViewChips desk={desk} />
        <Page desk={desk} />
      </main>
      <Foot desk={desk} />
      <Sheets desk={desk} />
      <LiveRegion />
    </div>
  );
}

/** Whether this step asks nothing of this phone. @param {BoardStore} store */
const waits = (store) => !store.muted.value && !mayAct(store, store.openRound.value !== null);

/** @param {BoardStore} store */
const wantsAttention = ({ board }) => board.value?.relaunch != null || board.value?.spotlight != null;

/**
 * What there is to look at: ideas, what is voted on, or what came out.
 * @param {{ desk: Desk }} props
 */
function Page({ desk }) {
  const { store, view } = desk;
  const round = store.openRound.value;
  if (round && isChoosing(desk)) {
    return (
      <>
        <OnTheirWay desk={desk} />
        <Later key={round.id} name="choose/page" store={store} round={round} />
      </>
    );
  }
  return view.value.kind === "results" ? <Later name="later/results" desk={desk} /> : <CardList desk={desk} />;
}

/**
 * Whether these words are already on their way or on the board as mine: the page was left between keeping them and
 * clearing the field, and nobody should send them twice.
 * @param {BoardStore} store
 * @param {string} text
 */
function isSaid(store, text) {
  const words = text.trim();
  const mine = [...store.authored.peek()].map((id) => store.cards.peek().get(id)?.text);
  const going = store.outgoing.peek().map(({ command }) => ("text" in command ? command.text : undefined));
  return words !== "" && [...mine, ...going].includes(words);
}

/**
 * What to do at this step. It scrolls away with the list: the question stays.
 * @param {{ store: BoardStore }} props
 */
function Instruction({ store }) {
  const step = store.board.value?.step;
  if (!step?.instruction) return null;
  return <p class="phone__instruction">{step.instruction}</p>;
}

/** @param {BoardStore} store */
function useTitle(store) {
  useSignalEffect(() => {
    document.title = `${store.board.value?.title ?? ""} · Rebond`;
  });
}

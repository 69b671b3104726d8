// Where the facilitator leads, the phone follows: a vote that opens, a step that is about results. Never away from words
// somebody is writing, nor from under a focus: then the foot says what there is, and the person goes when they are ready.
// The empty field at the foot, where the focus stays after sending, holds nobody: it stands under what comes, focus and all.
import { effect } from "@preact/signals";
import { may } from "./permits.js";

/** @typedef {import("./BoardScreen.jsx").Desk} Desk */

/**
 * Whether a vote is open in which this person may take part on this phone.
 * @param {Pick<Desk, "store">} desk
 */
export const mayChoose = ({ store }) => {
  const round = store.openRound.value;
  return round !== null && may(store, "vote");
};

/** Whether the open vote is what is looked at now. @param {Desk} desk */
export const isChoosing = (desk) => desk.view.value.kind === "choose" && mayChoose(desk);

/**
 * Whether somebody is in the middle of something here.
 * @param {Desk} desk
 */
function isBusy({ sheet, idea }) {
  const focus = document.activeElement;
  // a field shows its focus however one came to it, a button or a choice only to who came by keyboard
  const held = focus?.matches(":is(main, footer) :is(select, :focus-visible)") && !isComposer(focus);
  return sheet.peek() !== null || idea.text.peek() !== "" || Boolean(held);
}

/** @param {Element} element whether it is where an idea is written, which stays for as long as one may write and it has the focus (Foot.jsx) */
const isComposer = (element) => element.matches("#foot textarea");

/**
 * What somebody finds who comes in: the vote that is open, unless they left words behind that are not sent.
 * @param {Desk["store"]} store
 * @param {Desk["idea"]} idea
 * @returns {import("./gathering.js").View}
 */
export const firstView = (store, idea) => ({ kind: mayChoose({ store }) && idea.text.peek() === "" ? "choose" : "all" });

/**
 * @param {Desk} desk
 * @returns {() => void} stops
 */
export function followSteps(desk) {
  const { store, view } = desk;
  let round = view.peek().kind === "choose" ? (store.openRound.peek()?.id ?? null) : null;
  let step = store.board.peek()?.step.id;
  /** @param {import("./gathering.js").View} next */
  const turn = (next) => {
    if (isBusy(desk)) return;
    view.value = next;
    window.scrollTo(0, 0);
  };
  const stops = [
    effect(() => {
      const now = mayChoose(desk) ? (store.openRound.value?.id ?? null) : null;
      if (now === round) return;
      round = now;
      if (now) turn({ kind: "choose" });
      else if (view.peek().kind === "choose") view.value = { kind: "all" };
    }),
    effect(() => {
      const now = store.board.value?.step;
      if (!now || now.id === step) return;
      step = now.id;
      if (now.view === "results") turn({ kind: "results" });
      else if (view.peek().kind === "results") turn({ kind: "all" });
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

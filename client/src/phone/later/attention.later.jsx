// What the facilitator wants everybody to see now: a prompt, and what is on the wall.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Banner } from "../../components/Banner.jsx";
import { quoted } from "../../components/quoted.js";
import { stackTitle } from "../../components/itemWords.js";
import { t } from "../../i18n/index.js";
import { isSealedFromMe } from "../gathering.js";
import { isOpen } from "../permits.js";
import { useUntilLifted } from "../pressing.js";
import { isChoosing } from "../steering.js";
import "./attention.css";
import "./texts.js";

/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk }} props */
export default function Attention({ desk }) {
  return (
    <>
      <Relaunch desk={desk} />
      <OnTheWall desk={desk} />
    </>
  );
}

const PUT_AWAY = "rebond.relaunch";

/** Whoever touches the page after having had the prompt before them for so long has read it. */
const READ_MS = 4_000;

/** What somebody has opened again stays open, whatever is going on. */
const OPENED = "";

/**
 * In sight wherever one has scrolled to, until it is read, or a vote that came after it is looked at; then one line at the
 * top of the list, which opens it again.
 * @param {{ desk: Desk }} props
 */
function Relaunch({ desk }) {
  const { store, view, seen } = desk;
  const relaunch = store.board.value?.relaunch;
  const away = useSignal(putAway());
  const read = useSignal(/** @type {string | null} */ (null));
  const id = relaunch?.id ?? null;
  useEffect(() => {
    if (id !== null && away.peek() !== id) away.value = putAway();
  }, [away, id]);
  const you = store.you.value;
  const forMe = relaunch && (relaunch.segment === null || relaunch.segment === you?.segment);
  const isThere = relaunch && forMe && away.value !== id;
  const isPast = read.value === null && isChoosing(desk) && (relaunch?.at_ms ?? 0) < (store.openRound.value?.opened_ms ?? 0);
  const isOpened = useUntilLifted(!!isThere && read.value !== id && !isPast);
  useLayoutEffect(() => (isOpened ? whenGoneOn(() => (read.value = id)) : undefined), [isOpened, read, id]);
  if (!isThere) return null;
  if (!isOpened) {
    return <Line about={t("phone.relaunch.about")} words={relaunch.text} onPress={() => (read.value = OPENED)} />;
  }
  const unseen = relaunch.about === "unseen" && seen.value ? unseenBy(desk) : [];
  return (
    <Banner
      kind="relaunch"
      about={t("phone.relaunch.about")}
      action={
        unseen.length > 0
          ? {
              label: t("phone.relaunch.unseen", { n: unseen.length }),
              onPress: () => {
                read.value = id;
                view.value = { kind: "unseen", cards: new Set(unseen) };
                window.scrollTo(0, 0);
              },
            }
          : undefined
      }
      onClose={() => {
        away.value = relaunch.id;
        try {
          sessionStorage.setItem(PUT_AWAY, relaunch.id);
        } catch {
          // it comes back with the page
        }
      }}
    >
      {relaunch.text}
    </Banner>
  );
}

/**
 * Hears when somebody who had time to read goes on elsewhere on the page.
 * @param {() => void} tell
 * @returns {() => void} stops
 */
function whenGoneOn(tell) {
  const since_ms = performance.now();
  /** @param {Event} event */
  const hear = ({ target }) => {
    if (performance.now() - since_ms < READ_MS) return;
    if (!(target instanceof Element && target.closest(".banner"))) tell();
  };
  const events = ["pointerup", "focusin"];
  for (const event of events) document.addEventListener(event, hear);
  return () => {
    for (const event of events) document.removeEventListener(event, hear);
  };
}

function putAway() {
  try {
    return sessionStorage.getItem(PUT_AWAY);
  } catch {
    return null;
  }
}

/**
 * Others' open ideas that this phone has not shown yet.
 * @param {Desk} desk
 * @returns {string[]}
 */
function unseenBy({ store, seen }) {
  const mine = store.authored.value;
  return [...store.cards.value.values()]
    .filter((card) => isOpen(card) && !mine.has(card.id) && !isSealedFromMe(card, mine) && !seen.value?.ids.value.has(card.id))
    .map((card) => card.id);
}

/** @param {{ desk: Desk }} props */
function OnTheWall({ desk }) {
  const { store, sheet } = desk;
  const spot = store.board.value?.spotlight;
  const card = store.cards.value.get(spot?.card ?? "");
  const group = store.groups.value.get(spot?.group ?? "");
  if (!(card && card.text) && !group) return null;
  const words = group ? stackTitle(group, [...store.cards.value.values()].filter((one) => one.group === group.id)) : quoted(card?.text ?? "");
  return (
    <Line
      lamp
      about={t("phone.spotlight")}
      words={words}
      onPress={() => {
        sheet.value = group
          ? { name: "later/stack", give: { group: group.id } }
          : { name: "later/detail", give: { card: card?.id } };
      }}
    />
  );
}

/**
 * One line that opens what it is about.
 * @param {{ about: string, words: string, lamp?: boolean, onPress: () => void }} props
 */
function Line({ about, words, lamp, onPress }) {
  return (
    <button type="button" class="attention-line" onClick={onPress}>
      {lamp && <span class="attention-line__lamp" aria-hidden="true" />}
      <span class="quiet">{about}</span>
      <span class="attention-line__words">{words}</span>
    </button>
  );
}

// What the facilitator wants everybody to see now: a prompt, what is on the wall, and that one was asked to write nothing.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Banner } from "../../components/Banner.jsx";
import { quoted } from "../../components/quoted.js";
import { stackTitle } from "../../components/itemWords.js";
import { t } from "../../i18n/index.js";
import { isSealedFromMe } from "../gathering.js";
import { isOpen, isPersonal } from "../permits.js";
import "./attention.css";
import "./texts.js";

/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk }} props */
export default function Attention({ desk }) {
  return (
    <>
      {desk.store.muted.value && <Banner kind="notice">{t("phone.muted")}</Banner>}
      <Relaunch desk={desk} />
      <OnTheWall desk={desk} />
    </>
  );
}

const PUT_AWAY = "rebond.relaunch";

/** @param {{ desk: Desk }} props */
function Relaunch({ desk }) {
  const { store, view, seen } = desk;
  const relaunch = store.board.value?.relaunch;
  const away = useSignal(putAway());
  const id = relaunch?.id ?? null;
  useEffect(() => {
    if (id !== null && away.peek() !== id) away.value = putAway();
  }, [away, id]);
  const you = store.you.value;
  const forMe = relaunch && (relaunch.segment === null || relaunch.segment === you?.segment);
  if (!relaunch || !forMe || away.value === id) return null;
  const unseen = relaunch.about === "unseen" && isPersonal(you) && seen.value ? unseenBy(desk) : [];
  return (
    <Banner
      kind="relaunch"
      about={t("phone.relaunch.about")}
      action={
        unseen.length > 0
          ? {
              label: t("phone.relaunch.unseen", { n: unseen.length }),
              onPress: () => {
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
    <button
      type="button"
      class="on-the-wall"
      onClick={() => {
        sheet.value = group
          ? { name: "later/stack", give: { group: group.id } }
          : { name: "later/detail", give: { card: card?.id } };
      }}
    >
      <span class="on-the-wall__lamp" aria-hidden="true" />
      <span class="quiet">{t("phone.spotlight")}</span>
      <span class="on-the-wall__words">{words}</span>
    </button>
  );
}

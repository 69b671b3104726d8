// What one can do with a card beyond rebounding on it, as a menu: by touch, mouse and keyboard.
import { Menu } from "../../components/Menu.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { isOpen, may } from "../permits.js";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk, card: Card, mine: boolean, label: string }} props */
export default function CardMenu({ desk, card, mine, label }) {
  return <Menu label={label} items={menuOf(desk, card, mine)} />;
}

/**
 * What one can do with a card beyond rebounding on it.
 * @param {Desk} desk
 * @param {Card} card
 * @param {boolean} mine
 * @returns {(import("../../components/Menu.jsx").MenuItem | false)[]}
 */
function menuOf(desk, card, mine) {
  const { store, sheet } = desk;
  const own = mine || store.you.value?.role === "moderator";
  const there = card.state === "shown" || card.state === "pending";
  const groups = isOpen(card) && may(store, "group");
  const moves = own && may(store, "move") && (store.board.value?.sections.length ?? 0) > 0;
  const talks = isOpen(card) && (may(store, "react") || may(store, "comment"));
  /** @param {"details" | "talk" | "edit" | "tags" | "stackWith" | "move" | "erase"} key @param {string} name @returns {import("../../components/Menu.jsx").MenuItem} */
  const opens = (key, name) => ({
    label: t(`phone.card.${key}`),
    onPick: () => void (sheet.value = { name: `later/${name}`, give: { card: card.id } }),
  });
  /** @param {"takeOff" | "withdraw" | "restore"} key @param {import("@protocol/generated/types.d.ts").ClientCommand} command @param {"tookOff" | "withdrawn" | "restored"} done */
  const does = (key, command, done) => ({
    label: t(`phone.card.${key}`),
    onPick: () => void told(store.submit(command), t(`phone.card.${done}`), command),
  });
  return [
    opens(talks ? "talk" : "details", "detail"),
    mine && there && may(store, "edit") && opens("edit", "edit"),
    own && there && may(store, "edit") && opens("tags", "tags"),
    groups && opens("stackWith", "stackWith"),
    there && (moves || (groups && store.groups.value.size > 0)) && opens("move", "move"),
    groups && card.group !== undefined && does("takeOff", { type: "group.take", card: card.id }, "tookOff"),
    mine && there && does("withdraw", { type: "card.withdraw", card: card.id }, "withdrawn"),
    mine && card.state === "withdrawn" && does("restore", { type: "card.restore", card: card.id }, "restored"),
    mine && card.state !== "erased" && { ...opens("erase", "erase"), danger: true },
  ];
}

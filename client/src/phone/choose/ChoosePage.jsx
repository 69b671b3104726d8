// Voting on the phone, by the method of the open round: one task a screen, in everybody's own order, own ballots always
// in sight. Fetched when a round opens that needs it.
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { stackTitle } from "../../components/itemWords.js";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { WAYS, itemsOf } from "./ballot.js";
import { MarksBallot } from "./MarksBallot.jsx";
import { PairsBallot } from "./PairsBallot.jsx";
import { PickBallot } from "./PickBallot.jsx";
import { PointsBallot } from "./PointsBallot.jsx";
import "./choose.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {import("./ballot.js").Item} Item */

/**
 * What every method's ballot is given.
 * @typedef {object} Ballot
 * @property {RoundView} round
 * @property {readonly Item[]} items     in this person's own order
 * @property {Readonly<Record<string, number>>} points  mine, unsent ones included
 * @property {Readonly<Record<string, readonly number[]>>} marks  mine, unsent ones included
 * @property {(command: ClientCommand) => void} send
 */

const BALLOTS = { points: PointsBallot, pick: PickBallot, marks: MarksBallot, pairs: PairsBallot };

/** @param {{ store: import("../../core/store.js").BoardStore, round: RoundView }} props */
export default function ChoosePage({ store, round }) {
  const found = useComputed(() =>
    itemsOf(round, store.cards.value.values(), store.groups.value, store.you.value?.participant ?? "", stackTitle),
  );
  const items = useSteady(found.value);
  /** @type {Ballot} */
  const ballot = {
    round,
    items,
    points: store.ballots.value[round.id] ?? {},
    marks: store.marks.value[round.id] ?? {},
    send: (command) => void told(store.submit(command)),
  };
  const Way = BALLOTS[WAYS[round.method]];
  return (
    <section class="choose" aria-labelledby="choose-title">
      <h2 id="choose-title" class="choose__title" dir="auto">
        {round.title || t("choose.title")}
      </h2>
      <p class="choose__help">
        {t(`choose.help.${round.method}`)} {t(round.secret ? "choose.secret" : "choose.public")}
      </p>
      {items.length === 0 ? <p class="choose__empty">{t("choose.nothing")}</p> : <Way {...ballot} />}
    </section>
  );
}

/**
 * The items in an order that does not shift under a finger: what comes later goes to the end for as long as this page is
 * looked at, however the person's own order would have it.
 * @param {readonly Item[]} now
 * @returns {readonly Item[]}
 */
function useSteady(now) {
  const [order] = useState(() => /** @type {Map<string, number>} */ (new Map()));
  for (const { id } of now) if (!order.has(id)) order.set(id, order.size);
  return [...now].sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}

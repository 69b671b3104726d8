// Voting on the phone, by the method of the open round: one task a screen, in everybody's own order, own ballots always
// in sight. Fetched when a round opens that needs it.
import { useComputed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { labelsOf, stackTitle } from "../../components/itemWords.js";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import { WAYS, goneOf, itemsOf, pairKey } from "./ballot.js";
import { ballotInWords } from "./ballotWords.js";
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
 * @property {ReadonlySet<string>} sending  the keys of those that the server has not answered yet
 * @property {(command: ClientCommand) => void} send
 */

const BALLOTS = { points: PointsBallot, pick: PickBallot, marks: MarksBallot, pairs: PairsBallot };

/** @type {ReadonlySet<ClientCommand["type"]>} */
const STAYS = new Set(["vote.cast"]);

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
    sending: sendingIn(round.id, store.outgoing.value),
    send: (command) =>
      // a point is taken back where it was given; elsewhere the page goes on to the next question
      void (STAYS.has(command.type) ? told(store.submit(command)) : told(store.submit(command), t("choose.noted"), command)),
  };
  const Way = BALLOTS[WAYS[round.method]];
  const gone = goneOf(items, ballot.points, ballot.marks);
  return (
    <section class="choose" aria-labelledby="choose-title">
      <h2 id="choose-title" class={round.title ? "choose__title" : "only-said"} dir="auto">
        {round.title || t("choose.title")}
      </h2>
      <p class="choose__help">
        {t(`choose.help.${round.method}`)} {t(round.secret ? "choose.secret" : "choose.public")}
      </p>
      {items.length === 0 ? <p class="choose__empty">{t("choose.nothing")}</p> : <Way {...ballot} />}
      {gone.length > 0 && round.method !== "pairwise" && (
        <Gone ballot={ballot} keys={gone} labelOf={labelsOf(round, { cards: store.cards.value, groups: store.groups.value })} />
      )}
    </section>
  );
}

/**
 * What I gave to something that is not there any more: it still counts, until I take it back.
 * @param {{ ballot: Ballot, keys: readonly string[], labelOf: (item: string) => string }} props
 */
function Gone({ ballot: { round, points, marks, send }, keys, labelOf }) {
  return (
    <section class="choose-gone" aria-labelledby="choose-gone">
      <h3 id="choose-gone">{t("choose.gone")}</h3>
      <ul class="choose__list">
        {keys.map((key) => (
          <li key={key} class="choose-gone__one">
            <span dir="auto">{ballotInWords(round, key, marks[key] ?? [points[key] ?? 0], labelOf)}</span>
            <Button
              aria-label={t("choose.retractOf", { text: quoted(labelOf(key)) })}
              onClick={() => send({ type: "vote.retract", round: round.id, card: key })}
            >
              {t("choose.retract")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/**
 * @param {string} round
 * @param {readonly import("../../core/store.js").Outgoing[]} outgoing
 * @returns {Set<string>}
 */
function sendingIn(round, outgoing) {
  return new Set(
    outgoing.flatMap(({ state, command }) => {
      if (state !== "sending" || !("round" in command) || command.round !== round) return [];
      if (command.type === "vote.compare") return [pairKey(command.left, command.right)];
      return "card" in command ? [command.card] : [];
    }),
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
  return useMemo(() => {
    /** @type {Item[]} */
    const placed = [];
    for (const item of now) {
      const place = order.get(item.id) ?? order.size;
      order.set(item.id, place);
      placed[place] = item;
    }
    return placed.filter(Boolean);
  }, [now, order]);
}

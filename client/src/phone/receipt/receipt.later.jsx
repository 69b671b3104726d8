// My receipt: each of my ideas and what became of it, what I said, my votes; and a copy to keep, made on this phone.
import { useComputed } from "@preact/signals";
import { wordsOf } from "../../components/cardWords.js";
import { labelsOf } from "../../components/itemWords.js";
import { nameOf } from "../../components/AuthorMark.jsx";
import { Button } from "../../components/Button.jsx";
import { quoted } from "../../components/quoted.js";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { StageTrail } from "../../components/lab/StageTrail.jsx";
import { stagesOf } from "../../core/lab.js";
import { historyOf } from "../lab/history.js";
import { authorOf } from "../PhoneCard.jsx";
import { ballotsInWords } from "../choose/ballotWords.js";
import { LastDeeds } from "./LastDeeds.jsx";
import { asMarkdown, receiptOf } from "./receipt.js";
import "./receipt.css";
import "./texts.js";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../BoardScreen.jsx").Desk} Desk */
/** @typedef {import("./receipt.js").Mine} Mine */

/** @param {{ desk: Desk, onClose: () => void }} props */
export default function ReceiptSheet({ desk, onClose }) {
  const { store } = desk;
  const receipt = useComputed(() =>
    receiptOf({
      cards: store.cards.value,
      authored: store.authored.value,
      childrenOf: store.childrenOf.value,
      comments: store.comments.value,
      groups: store.groups.value,
      rounds: store.rounds.value,
      ballots: store.ballots.value,
      marks: store.marks.value,
      me: store.you.value?.participant ?? null,
    }),
  );
  const { mine, comments, votes } = receipt.value;
  const said = comments.map((comment) =>
    t("receipt.saidOf", { text: quoted(wordsOf(store.cards.value.get(comment.card))), words: comment.text }),
  );
  const given = votes.map((one) => ({ id: one.round.id, title: titleOf(one.round), lines: ballotsOf(desk, one) }));
  const keep = () =>
    download(
      asMarkdown(`${t("receipt.title")} · ${store.board.peek()?.title ?? ""}`, [
        { heading: t("receipt.ideas", { n: mine.length }), lines: mine.map((one) => [quoted(wordsOf(one.card), Infinity), ...linesOf(desk, one)].join(" ")) },
        { heading: t("receipt.said"), lines: said },
        {
          heading: t("receipt.votes"),
          lines: given.map(({ title, lines }) => t("receipt.saidOf", { text: title, words: lines.join(" · ") })),
        },
      ]),
    );
  const empty = mine.length === 0 && said.length === 0 && given.length === 0;
  return (
    <Sheet open title={t("receipt.title")} onClose={onClose} foot={!empty && <Button onClick={keep}>{t("receipt.keep")}</Button>}>
      <p class="quiet">{t(empty ? "receipt.none" : "receipt.lead")}</p>
      <LastDeeds desk={desk} />
      {mine.length > 0 && (
        <section class="receipt">
          <h3>{t("receipt.ideas", { n: mine.length })}</h3>
          <ol class="receipt__list">
            {mine.map((one) => (
              <li key={one.card.id} class="receipt__one">
                <p class="receipt__text" dir="auto">
                  {wordsOf(one.card)}
                </p>
                <Stage board={store.board.value} card={one.card.id} />
                <Lines lines={linesOf(desk, one)} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {said.length > 0 && (
        <section class="receipt">
          <h3>{t("receipt.said")}</h3>
          <Lines lines={said} />
        </section>
      )}
      {given.length > 0 && (
        <section class="receipt">
          <h3>{t("receipt.votes")}</h3>
          {given.map(({ id, title, lines }) => (
            <div key={id} class="receipt__vote">
              <h4 dir="auto">{title}</h4>
              <Lines lines={lines} />
            </div>
          ))}
        </section>
      )}
    </Sheet>
  );
}

/** @param {{ board: import("../../core/fold.js").BoardMeta | null, card: string }} props */
function Stage({ board, card }) {
  const stages = board ? stagesOf(board, card) : [];
  return stages.length > 0 ? <StageTrail stages={stages} /> : null;
}

/** @param {{ lines: readonly string[] }} props */
const Lines = ({ lines }) => (
  <ul class="receipt__lines">
    {lines.map((line, place) => (
      <li key={place} dir="auto">
        {line}
      </li>
    ))}
  </ul>
);

/** @param {import("@protocol/generated/types.d.ts").RoundView} round */
const titleOf = (round) => round.title || t("receipt.vote", { method: t(`receipt.method.${round.method}`) });

/** @param {Desk} desk @param {import("./receipt.js").Given} given */
const ballotsOf = ({ store }, { round, points, marks }) =>
  ballotsInWords(round, { points, marks }, labelsOf(round, { cards: store.cards.value, groups: store.groups.value }));

/**
 * What became of one of my ideas, in sentences.
 * @param {Desk} desk
 * @param {Mine} mine
 * @returns {string[]}
 */
function linesOf(desk, { card, from, led, reach, outcomes, group, comments }) {
  /** @param {Card} other */
  const name = (other) => nameOf(authorOf(desk, other)) || t("receipt.somebody");
  /** @param {"from" | "led"} key @param {Card} other */
  const kin = (key, other) =>
    desk.store.authored.value.has(other.id)
      ? t(`receipt.${key}.mine`, { text: quoted(wordsOf(other)) })
      : t(`receipt.${key}`, { name: name(other), text: quoted(wordsOf(other)) });
  const state = card.sealed ? "sealed" : card.state;
  const board = desk.store.board.value;
  const { stages, opinions } = board ? historyOf(board, card.id) : { stages: [], opinions: null };
  return [
    ...(state === "shown" ? [] : [t(`receipt.state.${state}`)]),
    ...stages,
    ...(opinions === null ? [] : [opinions]),
    ...from.map((parent) => kin("from", parent)),
    ...led.map((child) => kin("led", child)),
    ...(reach > led.length ? [t("receipt.reach", { n: reach })] : []),
    ...(reach === 0 && state === "shown" ? [t("receipt.alone")] : []),
    ...(group ? [group.title ? t("receipt.group", { title: quoted(group.title) }) : t("receipt.groupUntitled")] : []),
    ...outcomes.map(({ round, rank, of, tied }) => t(tied ? "receipt.tied" : "receipt.rank", { title: titleOf(round), rank, of })),
    ...(comments > 0 ? [t("receipt.comments", { n: comments })] : []),
  ];
}

/** Gives the person a file that no server has seen. @param {string} text */
function download(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = t("receipt.file");
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

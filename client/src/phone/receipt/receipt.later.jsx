// My receipt: each of my ideas and what became of it, what I said, my votes; and a copy to keep, made on this phone.
import { useComputed } from "@preact/signals";
import { nameOf } from "../../components/AuthorMark.jsx";
import { Button } from "../../components/Button.jsx";
import { quoted } from "../../components/quoted.js";
import { Sheet } from "../../components/Sheet.jsx";
import { t } from "../../i18n/index.js";
import { authorOf } from "../PhoneCard.jsx";
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
  const said = comments.map((comment) => `${quoted(store.cards.value.get(comment.card)?.text ?? "")} : ${comment.text}`);
  const given = votes.map(({ round, given: n }) => t("receipt.given", { title: round.title || t("receipt.vote"), n }));
  const keep = () =>
    download(
      asMarkdown(`${t("receipt.title")} · ${store.board.peek()?.title ?? ""}`, [
        { heading: t("receipt.ideas", { n: mine.length }), lines: mine.map((one) => [one.card.text, ...linesOf(desk, one)].join(" ")) },
        { heading: t("receipt.said"), lines: said },
        { heading: t("receipt.votes"), lines: given },
      ]),
    );
  const empty = mine.length === 0 && said.length === 0 && given.length === 0;
  return (
    <Sheet open title={t("receipt.title")} onClose={onClose} foot={!empty && <Button onClick={keep}>{t("receipt.keep")}</Button>}>
      <p class="quiet">{t(empty ? "receipt.none" : "receipt.lead")}</p>
      {mine.length > 0 && (
        <section class="receipt">
          <h3>{t("receipt.ideas", { n: mine.length })}</h3>
          <ol class="receipt__list">
            {mine.map((one) => (
              <li key={one.card.id} class="receipt__one">
                <p class="receipt__text" dir="auto">
                  {one.card.text}
                </p>
                <ul>
                  {linesOf(desk, one).map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        </section>
      )}
      <Lines heading={t("receipt.said")} lines={said} />
      <Lines heading={t("receipt.votes")} lines={given} />
    </Sheet>
  );
}

/** @param {{ heading: string, lines: readonly string[] }} props */
function Lines({ heading, lines }) {
  if (lines.length === 0) return null;
  return (
    <section class="receipt">
      <h3>{heading}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </section>
  );
}

/**
 * What became of one of my ideas, in sentences.
 * @param {Desk} desk
 * @param {Mine} mine
 * @returns {string[]}
 */
function linesOf(desk, { card, from, led, reach, outcomes, group, comments }) {
  /** @param {Card} other */
  const name = (other) => nameOf(authorOf(desk, other)) || t("receipt.somebody");
  const state = card.sealed ? "sealed" : card.state;
  return [
    ...(state === "shown" ? [] : [t(`receipt.state.${state}`)]),
    ...from.map((parent) => t("receipt.from", { name: name(parent), text: quoted(parent.text) })),
    ...led.map((child) => t("receipt.led", { name: name(child), text: quoted(child.text) })),
    ...(reach > 0 ? [t("receipt.reach", { n: reach })] : state === "shown" ? [t("receipt.alone")] : []),
    ...(group ? [group.title ? t("receipt.group", { title: quoted(group.title) }) : t("receipt.groupUntitled")] : []),
    ...outcomes.map(({ title, rank, of, tied }) =>
      t(tied ? "receipt.tied" : "receipt.rank", { title: title || t("receipt.vote"), rank, of }),
    ),
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

// Two ideas, which one would you take? There is no last pair: whoever has had enough stops.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { say } from "../../components/LiveRegion.jsx";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { nextPair, pairKey, pairsOf } from "./ballot.js";
import { ItemPaper } from "./ItemPaper.jsx";

/** @param {import("./ChoosePage.jsx").Ballot} props */
export function PairsBallot({ round, items, marks, send }) {
  const [passed, setPassed] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [last, setLast] = useState(/** @type {string | null} */ (null));
  const pair = nextPair(items, marks, passed);
  const compared = Object.keys(marks).length;

  /** @param {"left" | "right" | "tie" | "unsure"} says */
  const judge = (says) => {
    if (!pair) return;
    const [left, right] = pair;
    const key = pairKey(left.id, right.id);
    send({ type: "vote.compare", round: round.id, left: left.id, right: right.id, says });
    setLast(key);
    const next = nextPair(items, { ...marks, [key]: [0] }, passed);
    if (next) say(t("choose.pair.next", { left: quoted(next[0].text), right: quoted(next[1].text) }));
  };

  return (
    <>
      <p class="choose__where">
        <span>{t("choose.pair.count", { n: compared })}</span>
        <span class="quiet">{t("choose.of", { n: compared, all: pairsOf(items.length) })}</span>
      </p>
      {items.length < 2 && <p class="choose__empty">{t("choose.pair.few")}</p>}
      {items.length >= 2 && !pair && (
        <p class="choose__done" role="status">
          {t("choose.pair.done")}
        </p>
      )}
      {pair && (
        <div class="choose-pair" role="group" aria-label={t("choose.pair.ask")}>
          {pair.map((item, side) => (
            <ItemPaper key={side} item={item}>
              <Button
                kind="strong"
                size="large"
                aria-label={t("choose.pair.takeSaid", { text: quoted(item.text) })}
                onClick={() => judge(side === 0 ? "left" : "right")}
              >
                {t("choose.pair.take")}
              </Button>
            </ItemPaper>
          ))}
          <div class="choose-pair__neither">
            <Button onClick={() => judge("tie")}>{t("choose.pair.tie")}</Button>
            <Button onClick={() => judge("unsure")}>{t("choose.pair.unsure")}</Button>
            <Button
              kind="bare"
              onClick={() => setPassed(new Set([...passed, pairKey(pair[0].id, pair[1].id)]))}
            >
              {t("choose.skip")}
            </Button>
          </div>
        </div>
      )}
      {last && marks[last] && (
        <Button kind="bare" onClick={() => send({ type: "vote.retract", round: round.id, card: last })}>
          {t("choose.retract")}
        </Button>
      )}
    </>
  );
}

// Two ideas, which one would you take? There is no last pair: whoever has had enough stops. What I said of each pair is in
// a list, and every answer can be changed there.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { say } from "../../components/LiveRegion.jsx";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { usePortions } from "../portions.jsx";
import { keyOf, nextPair, pairMark, pairOf, pairsOf } from "./ballot.js";
import { ballotInWords } from "./ballotWords.js";
import { ItemPaper, Sending } from "./ItemPaper.jsx";

/** @typedef {import("./ChoosePage.jsx").Ballot} Ballot */
/** @typedef {import("@protocol/generated/types.d.ts").Says} Says */

/** @param {Ballot} props */
export function PairsBallot(props) {
  const { items, marks } = props;
  const [all, setAll] = useState(false);
  const [again, setAgain] = useState(/** @type {string | null} */ (null));
  const [shown] = useState({ ids: /** @type {string | null} */ (null) });
  const [passed, setPassed] = useState(/** @type {readonly string[]} */ ([]));
  if (items.length < 2) return <p class="choose__empty">{t("choose.pair.few")}</p>;
  const compared = Object.keys(marks).filter((key) => pairOf(items, key));
  const pair = (again !== null && pairOf(items, again)) || still(items, marks, shown.ids) || nextPair(items, marks, passed);
  shown.ids = pair ? pair.map((item) => item.id).join(" ") : null;
  return (
    <>
      <div class="choose__where">
        <p>{t("choose.pair.count", { n: compared.length, all: pairsOf(items.length) })}</p>
        <Button kind="bare" aria-pressed={all} aria-disabled={compared.length === 0} onClick={() => setAll(!all && compared.length > 0)}>
          {t("choose.pair.all")}
        </Button>
      </div>
      {all && compared.length > 0 ? (
        <Compared
          {...props}
          keys={compared}
          onPick={(key) => {
            setAgain(key);
            setAll(false);
          }}
        />
      ) : (
        <OnePair
          {...props}
          pair={pair}
          again={again !== null}
          onAnswered={() => setAgain(null)}
          passed={passed}
          onPass={(key) => {
            shown.ids = null;
            setAgain(null);
            setPassed([...passed.filter((one) => one !== key), key]);
          }}
        />
      )}
    </>
  );
}

/**
 * The pair that is looked at stays until I have said something of it: an idea that comes meanwhile changes nothing.
 * @param {readonly import("./ballot.js").Item[]} items
 * @param {import("./ballot.js").Marks} marks
 * @param {string | null} ids
 */
function still(items, marks, ids) {
  const pair = ids === null ? null : pairOf(items, ids);
  return pair && !marks[keyOf(pair)] ? pair : null;
}

/**
 * @param {Ballot & {
 *   pair: readonly [import("./ballot.js").Item, import("./ballot.js").Item] | null,
 *   again: boolean,
 *   passed: readonly string[],
 *   onAnswered: () => void,
 *   onPass: (key: string) => void,
 * }} props  `again`: it was taken out of the list
 */
function OnePair({ round, items, marks, sending, send, pair, again, passed, onAnswered, onPass }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const over = pair === null;
  useLayoutEffect(() => {
    if (over || again) place.current?.focus();
  }, [over, again]);
  if (pair === null) {
    return (
      <p class="choose__done" tabIndex={-1} ref={place}>
        {t("choose.pair.done")}
      </p>
    );
  }
  const [left, right] = pair;
  const key = keyOf(pair);
  const mine = marks[key]?.[0];
  /** @param {Says} says */
  const isMine = (says) => mine !== undefined && mine === pairMark(left.id, right.id, says);

  /** @param {readonly [import("./ballot.js").Item, import("./ballot.js").Item] | null} next */
  const tell = (next) => {
    if (next) say(t("choose.pair.next", { left: quoted(next[0].text), right: quoted(next[1].text) }));
  };
  /** @param {Says} says */
  const judge = (says) => {
    send({ type: "vote.compare", round: round.id, left: left.id, right: right.id, says });
    onAnswered();
    tell(nextPair(items, { ...marks, [key]: [0] }, passed));
  };
  const after = nextPair(items, marks, [...passed.filter((one) => one !== key), key]);
  const others = after !== null && keyOf(after) !== key;

  return (
    <div class="choose-pair" role="group" aria-label={t("choose.pair.ask")} tabIndex={-1} ref={place}>
      {pair.map((item, side) => {
        const says = side === 0 ? "left" : "right";
        return (
          <ItemPaper key={side} item={item}>
            <Button
              kind={mine === undefined ? "strong" : undefined}
              size="large"
              aria-pressed={mine === undefined ? undefined : isMine(says)}
              aria-label={t("choose.pair.takeSaid", { text: quoted(item.text) })}
              onClick={() => judge(says)}
            >
              {t("choose.pair.take")}
            </Button>
          </ItemPaper>
        );
      })}
      <div class="choose-pair__neither">
        <Button aria-pressed={mine === undefined ? undefined : isMine("tie")} onClick={() => judge("tie")}>
          {t("choose.pair.tie")}
        </Button>
        <Button aria-pressed={mine === undefined ? undefined : isMine("unsure")} onClick={() => judge("unsure")}>
          {t("choose.pair.unsure")}
        </Button>
        {mine === undefined ? (
          <Button
            kind="bare"
            aria-disabled={!others}
            onClick={() => {
              if (!others) return;
              onPass(key);
              tell(after);
            }}
          >
            {t("choose.skip")}
          </Button>
        ) : (
          <Button
            kind="bare"
            onClick={() => {
              send({ type: "vote.retract", round: round.id, card: key });
              onPass(key);
            }}
          >
            {t("choose.retract")}
          </Button>
        )}
        {sending.has(key) && <Sending />}
      </div>
    </div>
  );
}

/** Every pair I have compared, and what I said. @param {Ballot & { keys: readonly string[], onPick: (key: string) => void }} props */
function Compared({ round, items, marks, sending, keys, onPick }) {
  /** @param {string} id */
  const labelOf = (id) => items.find((item) => item.id === id)?.text ?? "";
  const [some, more] = usePortions(keys);
  return (
    <>
      <ul class="choose__list">
        {some.map((key) => (
          <li key={key}>
            <button type="button" class="choose-entry" onClick={() => onPick(key)}>
              <span class="choose-entry__whole" dir="auto">
                {ballotInWords(round, key, marks[key] ?? [], labelOf)}
              </span>
              {sending.has(key) && <Sending />}
            </button>
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

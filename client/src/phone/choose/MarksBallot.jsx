// Agreeing, stars, criteria, effort and impact: one item at a time with its answers below, or all in a list to go back to.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { say } from "../../components/LiveRegion.jsx";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { AGREE, DISAGREE, PASS, nextUnmarked, rowsOf } from "./ballot.js";
import { ItemPaper } from "./ItemPaper.jsx";
import { MatrixSpot } from "./MatrixSpot.jsx";

/** @typedef {import("./ChoosePage.jsx").Ballot} Ballot */

/** @param {Ballot} props */
export function MarksBallot(props) {
  const { items, marks } = props;
  const [place, setPlace] = useState(() => Math.max(0, nextUnmarked(items, marks, 0)));
  const [all, setAll] = useState(false);
  const done = items.filter((item) => marks[item.id]).length;
  const at = Math.min(place, items.length - 1);
  return (
    <>
      <div class="choose__where">
        <p>
          {t("choose.progress", { n: done, all: items.length })}
          <progress class="choose__progress" max={items.length} value={done} aria-hidden="true" />
        </p>
        <Button kind="bare" aria-pressed={all} onClick={() => setAll(!all)}>
          {t("choose.all")}
        </Button>
      </div>
      {all ? (
        <Overview
          {...props}
          onPick={(picked) => {
            setPlace(picked);
            setAll(false);
          }}
        />
      ) : (
        <OneItem {...props} place={at} onPlace={setPlace} />
      )}
      {done === items.length && (
        <p class="choose__done" role="status">
          {t("choose.done")}
        </p>
      )}
    </>
  );
}

/** @param {Ballot & { place: number, onPlace: (place: number) => void }} props */
function OneItem({ round, items, marks, send, place, onPlace }) {
  const item = items[place];
  const rows = rowsOf(round, { effort: t("choose.effort"), impact: t("choose.impact") });
  const stored = marks[item?.id ?? ""];
  const draft = useDraft(item?.id ?? "", stored, rows.length);
  if (!item) return null;

  /** @param {number} to */
  const go = (to) => {
    const next = items[to];
    if (!next || to === place) return;
    onPlace(to);
    say(t("choose.item.next", { text: quoted(next.text) }));
  };

  /** @param {number} row @param {number} mark */
  const answer = (row, mark) => {
    const said = draft.with(row, mark);
    if (said.some((one) => one === null)) return;
    const whole = /** @type {number[]} */ (said);
    send({ type: "vote.mark", round: round.id, card: item.id, marks: whole });
    if (stored || rows.length > 1) return;
    const next = nextUnmarked(items, { ...marks, [item.id]: whole }, place + 1);
    if (next >= 0) go(next);
  };

  return (
    <div class="choose-one">
      <ItemPaper item={item} />
      {round.method === "matrix" && <MatrixSpot marks={draft.marks} scale={round.scale} />}
      {rows.map((row, index) => (
        <Answers
          key={row.title ?? ""}
          method={round.method}
          row={row}
          mark={draft.marks[index] ?? null}
          text={item.text}
          onAnswer={(mark) => answer(index, mark)}
        />
      ))}
      <div class="choose-one__ways">
        <Button aria-disabled={place === 0} onClick={() => go(place - 1)}>
          {t("choose.before")}
        </Button>
        <span class="quiet">{t("choose.of", { n: place + 1, all: items.length })}</span>
        <Button aria-disabled={place === items.length - 1} onClick={() => go(place + 1)}>
          {t(stored ? "choose.next" : "choose.skip")}
        </Button>
      </div>
      {stored && (
        <Button
          kind="bare"
          onClick={() => {
            draft.clear();
            send({ type: "vote.retract", round: round.id, card: item.id });
          }}
        >
          {t("choose.retract")}
        </Button>
      )}
    </div>
  );
}

/**
 * The answers given to this item so far: sent once every row has one, kept here until then.
 * @param {string} item
 * @param {readonly number[] | undefined} stored
 * @param {number} rows
 */
function useDraft(item, stored, rows) {
  const [drafts, setDrafts] = useState(/** @type {Record<string, (number | null)[]>} */ ({}));
  const marks = drafts[item] ?? stored ?? Array.from({ length: rows }, () => null);
  return {
    /** @type {readonly (number | null)[]} */
    marks,
    /** @param {number} row @param {number} mark */
    with(row, mark) {
      const next = Array.from({ length: rows }, (_, place) => (place === row ? mark : (marks[place] ?? null)));
      setDrafts(next.includes(null) ? { ...drafts, [item]: next } : without(drafts, item));
      return next;
    },
    clear() {
      setDrafts(without(drafts, item));
    },
  };
}

/** @template V @param {Record<string, V>} record @param {string} key */
const without = (record, key) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

const AGREEMENTS = [
  { mark: DISAGREE, key: "choose.disagree" },
  { mark: PASS, key: "choose.pass" },
  { mark: AGREE, key: "choose.agree" },
];

/**
 * One row of buttons; the one that is mine is pressed.
 * @param {{
 *   method: string,
 *   row: { title: string | null, from: number, to: number },
 *   mark: number | null,
 *   text: string,
 *   onAnswer: (mark: number) => void,
 * }} props
 */
function Answers({ method, row, mark, text, onAnswer }) {
  const answers =
    method === "agree"
      ? AGREEMENTS.map(({ mark: value, key }) => ({ value, words: t(key), said: t(key) }))
      : Array.from({ length: row.to - row.from + 1 }, (_, place) => {
          const value = row.from + place;
          const said = method === "stars" ? t("choose.stars", { n: value }) : t("choose.mark", { n: value, all: row.to });
          return { value, words: String(value), said };
        });
  const many = answers.length > 3;
  return (
    <fieldset class="choose-row" data-method={method}>
      <legend class={row.title ? "choose-row__title" : "only-said"}>{row.title ?? quoted(text)}</legend>
      <div class="choose-row__answers" data-many={many || undefined}>
        {answers.map(({ value, words, said }) => (
          <button
            key={value}
            type="button"
            class="choose-answer"
            data-mark={value}
            data-filled={(method === "stars" && mark !== null && value <= mark) || undefined}
            aria-pressed={mark === value}
            aria-label={said}
            onClick={() => onAnswer(value)}
          >
            {method === "stars" && <StarIcon />}
            <span>{words}</span>
          </button>
        ))}
      </div>
      {many && method !== "stars" && (
        <p class="choose-row__ends" aria-hidden="true">
          <span>{t("choose.mark.low")}</span>
          <span>{t("choose.mark.high")}</span>
        </p>
      )}
    </fieldset>
  );
}

const StarIcon = () => (
  <svg class="choose-answer__star" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2 6.4 20.3l1.2-6.3L3 9.6l6.3-.8z" />
  </svg>
);

/** All items with what I said of each. @param {Ballot & { onPick: (place: number) => void }} props */
function Overview({ round, items, marks, onPick }) {
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  useEffect(() => list.current?.querySelector("button")?.focus(), []);
  return (
    <ul class="choose__list" ref={list}>
      {items.map((item, place) => (
        <li key={item.id}>
          <button type="button" class="choose-entry" onClick={() => onPick(place)}>
            <span class="choose-entry__text" dir="auto">
              {item.text}
            </span>
            <span class="choose-entry__mark">{inWords(round, marks[item.id])}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/**
 * @param {import("./ChoosePage.jsx").RoundView} round
 * @param {readonly number[] | undefined} marks
 * @returns {string}
 */
function inWords(round, marks) {
  if (!marks) return t("choose.unmarked");
  const [first = 0] = marks;
  if (round.method === "agree") return t(AGREEMENTS.find(({ mark }) => mark === first)?.key ?? "choose.pass");
  if (round.method === "stars") return t("choose.stars", { n: first });
  return marks.join(" · ");
}

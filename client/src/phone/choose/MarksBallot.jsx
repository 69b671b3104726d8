// Agreeing, stars, criteria, effort and impact: one item at a time with its answers below, or all in a list to go back to.
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { say } from "../../components/LiveRegion.jsx";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { usePortions } from "../portions.jsx";
import { nextUnmarked, placeAfter, rowsOf } from "./ballot.js";
import { AGREEMENTS, marksInWords } from "./ballotWords.js";
import { ItemPaper, Sending } from "./ItemPaper.jsx";
import { MatrixSpot } from "./MatrixSpot.jsx";

/** @typedef {import("./ChoosePage.jsx").Ballot} Ballot */

/** How long an answer stays in sight before the next item comes: seen, and safe from a second tap. */
const STAYS_MS = 400;

/** @param {Ballot} props */
export function MarksBallot(props) {
  const { items, marks } = props;
  const [current, setCurrent] = useState(() => items[Math.max(0, nextUnmarked(items, marks, 0))]?.id ?? "");
  const [all, setAll] = useState(false);
  const picked = useRef(false);
  const done = items.filter((item) => marks[item.id]).length;
  const found = items.findIndex((item) => item.id === current);
  // what I was looking at is gone: on to the next that waits for me
  const place = found >= 0 ? found : Math.max(0, nextUnmarked(items, marks, 0));
  useEffect(() => {
    if (found < 0) setCurrent(items[place]?.id ?? "");
  }, [found, items, place]);
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
          onPick={(id) => {
            picked.current = true;
            setCurrent(id);
            setAll(false);
          }}
        />
      ) : (
        <OneItem {...props} place={place} picked={picked} onPlace={setCurrent} />
      )}
      <p class="choose__done" role="status">
        {done === items.length && t("choose.done")}
      </p>
    </>
  );
}

/** @param {Ballot & { place: number, picked: { current: boolean }, onPlace: (id: string) => void }} props */
function OneItem({ round, items, marks, sending, send, place, picked, onPlace }) {
  const item = items[place];
  const rows = rowsOf(round, { effort: t("choose.effort"), impact: t("choose.impact") });
  const stored = marks[item?.id ?? ""];
  const draft = useDraft(round.id, item?.id ?? "", stored, rows.length);
  const paper = useRef(/** @type {HTMLDivElement | null} */ (null));
  const timer = useRef(0);
  // both at once: a frame later the next answer has been given, or the focus has gone on by itself
  useLayoutEffect(() => () => window.clearTimeout(timer.current), [item?.id]);
  useLayoutEffect(() => {
    if (!picked.current) return;
    picked.current = false;
    paper.current?.querySelector("p")?.focus();
  }, [picked]);
  if (!item) return null;

  /** @param {number} to */
  const go = (to) => {
    const next = items[to];
    if (!next || to === place) return;
    onPlace(next.id);
    say(t("choose.item.next", { text: quoted(next.text) }));
  };

  /** @param {number} row @param {number} mark */
  const answer = (row, mark) => {
    const said = draft.with(row, mark);
    if (said.some((one) => one === null)) return;
    const whole = /** @type {number[]} */ (said);
    if (whole.join() !== stored?.join()) send({ type: "vote.mark", round: round.id, card: item.id, marks: whole });
    if (stored || rows.length > 1) return;
    const next = nextUnmarked(items, { ...marks, [item.id]: whole }, place + 1);
    if (next >= 0) timer.current = window.setTimeout(() => go(next), STAYS_MS);
  };
  const after = placeAfter(items, marks, place);

  return (
    <div class="choose-one" ref={paper}>
      <ItemPaper item={item} sending={sending.has(item.id)} />
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
      {round.method === "matrix" && <MatrixSpot marks={draft.marks} scale={round.scale} />}
      <div class="choose-one__ways">
        <Button aria-disabled={place === 0} onClick={() => go(place - 1)}>
          {t("choose.before")}
        </Button>
        <p class="quiet">
          <span aria-hidden="true">{`${place + 1} / ${items.length}`}</span>
          <span class="only-said">{t("choose.place", { n: place + 1, all: items.length })}</span>
        </p>
        <Button kind={stored && rows.length > 1 ? "strong" : undefined} aria-disabled={after < 0} onClick={() => go(after)}>
          {t(stored ? "choose.next" : "choose.skip")}
        </Button>
      </div>
      <Button
        kind="bare"
        aria-disabled={!stored}
        onClick={() => {
          if (!stored) return;
          draft.clear();
          send({ type: "vote.retract", round: round.id, card: item.id });
        }}
      >
        {t("choose.retract")}
      </Button>
    </div>
  );
}

/**
 * Answers to items that still miss one, of one round: they outlive a look at the list of ideas, not the round.
 * @type {import("@preact/signals").Signal<{ round: string, answers: Readonly<Record<string, readonly (number | null)[]>> }>}
 */
const drafts = signal({ round: "", answers: {} });

/**
 * The answers given to this item so far: sent once every row has one, kept here until then.
 * @param {string} round
 * @param {string} item
 * @param {readonly number[] | undefined} stored
 * @param {number} rows
 */
function useDraft(round, item, stored, rows) {
  const answers = drafts.value.round === round ? drafts.value.answers : {};
  const marks = answers[item] ?? stored ?? Array.from({ length: rows }, () => null);
  return {
    /** @type {readonly (number | null)[]} */
    marks,
    /** @param {number} row @param {number} mark */
    with(row, mark) {
      const next = Array.from({ length: rows }, (_, place) => (place === row ? mark : (marks[place] ?? null)));
      drafts.value = { round, answers: next.includes(null) ? { ...answers, [item]: next } : without(answers, item) };
      return next;
    },
    clear() {
      drafts.value = { round, answers: without(answers, item) };
    },
  };
}

/** @template V @param {Readonly<Record<string, V>>} record @param {string} key */
const without = (record, key) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

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

/** All items with what I said of each. @param {Ballot & { onPick: (id: string) => void }} props */
function Overview({ round, items, marks, sending, onPick }) {
  const [some, more] = usePortions(items);
  return (
    <>
      <ul class="choose__list">
        {some.map((item) => {
          const mine = marks[item.id];
          return (
            <li key={item.id}>
              <button type="button" class="choose-entry" onClick={() => onPick(item.id)}>
                <span class="choose-entry__text" dir="auto">
                  {item.text}
                </span>
                <span class={mine ? "choose-entry__mark" : "choose-entry__mark quiet"}>
                  {mine ? marksInWords(round, mine) : t("choose.unmarked")}
                </span>
                {sending.has(item.id) && <Sending />}
              </button>
            </li>
          );
        })}
      </ul>
      {more}
    </>
  );
}

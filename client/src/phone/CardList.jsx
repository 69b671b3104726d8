// The list of ideas. What others add waits behind "4 new ideas" unless the phone lies still at the top; my own cards and
// those on their way stand first. Long lists are drawn in portions.
import { effect, useComputed, useSignal } from "@preact/signals";
import { useCallback, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Screen } from "../components/Screen.jsx";
import { t } from "../i18n/index.js";
import { blocksOf, gathered, isSealedFromMe, mayAdmit } from "./gathering.js";
import { Later } from "./later.jsx";
import { OutgoingCard } from "./OutgoingCard.jsx";
import { may } from "./permits.js";
import { PhoneCard } from "./PhoneCard.jsx";
import "./CardList.css";

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("../core/store.js").BoardStore} BoardStore */

/** So many at a time are little enough for a slow phone to draw between two movements of a finger. */
const PORTION = 8;
const LOOK_EVERY_MS = 1_000;
const TOP_PX = 8;

/** @param {{ desk: import("./BoardScreen.jsx").Desk }} props */
export function CardList({ desk }) {
  const { store, view } = desk;
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const portions = useSignal(1);
  const { admitted, admit } = useAdmission(store, list, portions);
  const sections = store.board.value?.sections ?? [];
  const mine = store.authored.value;
  const split = useComputed(() => {
    const cards = [...store.cards.value.values()];
    return gathered(cards, withStacks(admitted.value, cards), store.authored.value);
  });
  const { shown, held } = split.value;
  const groups = store.groups.value;
  const blocks = blocksOf(shown, view.value, sections, mine, groups);
  const waiting = blocksOf(held, view.value, sections, mine).reduce((sum, { rows }) => sum + rows.length, 0);
  const going = onTheirWay(store).length;
  const edits = new Map(store.outgoing.value.map((row) => [row.command.type === "card.edit" ? row.command.card : "", row]));
  const sealed = view.value.kind === "all" ? [...store.cards.value.values()].filter((card) => isSealedFromMe(card, mine)).length : 0;
  const total = blocks.reduce((sum, block) => sum + block.rows.length, 0);
  let room = portions.value * PORTION;

  return (
    <div class="ideas" ref={list}>
      {waiting > 0 && (
        <div class="ideas__new">
          <Button
            kind="primary"
            onClick={() => {
              admit();
              window.scrollTo({ top: 0, behavior: "smooth" });
            }}
          >
            <svg class="ideas__arrow" viewBox="0 0 16 16" aria-hidden="true">
              <path d="M8 14V2M3 7l5-5 5 5" />
            </svg>
            {t("phone.new", { n: waiting })}
          </Button>
        </div>
      )}
      <OnTheirWay desk={desk} />
      {sealed > 0 && <p class="ideas__sealed">{t("phone.sealed", { n: sealed })}</p>}
      {total === 0 && going === 0 && sealed === 0 && <Screen kind="empty" sentence={emptySentence(desk)} />}
      {blocks.map((block) => {
        const some = block.rows.slice(0, Math.max(0, room));
        room -= block.rows.length;
        if (some.length === 0) return null;
        const title = block.section !== null ? sections.find((one) => one.id === block.section)?.title : undefined;
        return (
          <section key={block.section ?? "-"} class="ideas__group" aria-label={title ?? t("phone.list")}>
            {title && view.value.kind === "all" && <h2 class="ideas__section">{title}</h2>}
            <ol class="ideas__list">
              {some.map(({ key, group, cards }) => (
                <li key={key}>
                  {group ? (
                    <Later name="later/stackInList" desk={desk} group={group} cards={cards} />
                  ) : (
                    cards.map((card) => <PhoneCard key={card.id} {...factsOf(store, card, mine, edits)} desk={desk} />)
                  )}
                </li>
              ))}
            </ol>
          </section>
        );
      })}
      {total > portions.value * PORTION && (
        <More
          after={portions.value}
          onMore={() => {
            portions.value += 1;
          }}
        />
      )}
    </div>
  );
}

/**
 * My new ideas that the server has not answered, or refused: in sight whatever else is looked at.
 * @param {{ desk: import("./BoardScreen.jsx").Desk }} props
 */
export function OnTheirWay({ desk }) {
  const rows = onTheirWay(desk.store);
  if (rows.length === 0) return null;
  return (
    <ol class="ideas__list" reversed>
      {[...rows].reverse().map((row) => (
        <li key={row.id}>
          <OutgoingCard desk={desk} row={row} />
        </li>
      ))}
    </ol>
  );
}

/** @param {BoardStore} store */
const onTheirWay = (store) => store.outgoing.value.filter(({ command }) => isNew(command) || isLost(store, command));

/** @param {import("@protocol/generated/types.d.ts").ClientCommand} command */
const isNew = (command) => command.type === "card.add" || command.type === "card.rebound";

/**
 * A changed text whose card is no longer there: the words must not vanish with it.
 * @param {BoardStore} store
 * @param {import("@protocol/generated/types.d.ts").ClientCommand} command
 */
const isLost = (store, command) => command.type === "card.edit" && !store.cards.value.has(command.card);

/**
 * Everything a card shows, as plain values, so that a card that did not change is not drawn again.
 * @param {BoardStore} store
 * @param {Card} card
 * @param {ReadonlySet<string>} mine
 * @param {ReadonlyMap<string, import("../core/store.js").Outgoing>} edits
 */
export function factsOf(store, card, mine, edits) {
  const round = store.openRound.value;
  const counted = store.reactions.value.get(card.id);
  return {
    card,
    mine: mine.has(card.id),
    rebounds: store.childrenOf.value.get(card.id)?.length ?? 0,
    edit: edits.get(card.id) ?? null,
    tally: round?.tallies?.[card.id],
    votes: round ? store.ballots.value[round.id]?.[card.id] : undefined,
    comments: store.comments.value.get(card.id)?.length ?? 0,
    reactions: counted ? Object.values(counted).reduce((sum, n) => sum + n, 0) : 0,
  };
}

/**
 * What comes onto a stack that is in the list comes with it: it moves nothing.
 * @param {ReadonlySet<string>} admitted
 * @param {readonly Card[]} cards
 */
function withStacks(admitted, cards) {
  const stacks = new Set(cards.flatMap(({ id, group }) => (group && admitted.has(id) ? group : [])));
  return new Set([...admitted, ...cards.flatMap(({ id, group }) => (group && stacks.has(group) ? id : []))]);
}

/**
 * Which cards are let into the list, and letting the others in.
 * @param {BoardStore} store
 * @param {{ current: HTMLElement | null }} list
 * @param {import("@preact/signals").Signal<number>} portions
 */
function useAdmission(store, list, portions) {
  const admitted = useSignal(/** @type {ReadonlySet<string>} */ (new Set(store.cards.peek().keys())));
  const letIn = useCallback(() => {
    admitted.value = new Set(store.cards.peek().keys());
  }, [admitted, store]);
  const admit = useCallback(() => {
    letIn();
    portions.value = 1; // one is at the top now, or about to be
  }, [letIn, portions]);
  useEffect(() => {
    const held = () => gathered([...store.cards.peek().values()], admitted.peek(), store.authored.peek()).held.length;
    return watchStillness(list, held, admit);
  }, [admit, admitted, list, store]);
  const round = useComputed(() => store.openRound.value?.id);
  const writing = useComputed(() => store.board.value?.step.private === true);
  // at once, and not when the next frame is drawn: the button would come and be gone again
  useLayoutEffect(
    () =>
      effect(() => {
        // the first ideas of an empty board have nothing to push away
        if (admitted.peek().size === 0 && store.cards.value.size > 0) admit();
      }),
    [admit, admitted, store],
  );
  // a vote needs every idea in sight, and so does a reveal; both are the facilitator's moment, and change every card anyway
  useLayoutEffect(
    () =>
      effect(() => {
        if (round.value !== undefined || !writing.value) letIn();
      }),
    [letIn, round, writing],
  );
  return { admitted, admit };
}

/**
 * Calls `admit` while the phone lies untouched at the top of its list, and when somebody scrolls back up there.
 * @param {{ current: HTMLElement | null }} list
 * @param {() => number} held  how many cards wait
 * @param {() => void} admit
 * @returns {() => void} stops
 */
function watchStillness(list, held, admit) {
  const watch = new AbortController();
  const { signal } = watch;
  let touched_ms = performance.now();
  let away = false;
  const touch = () => {
    touched_ms = performance.now();
  };
  let arrival = 0;
  // the browser draws the top of the list as it was first: scrolling is not held up by what comes in there
  const arrive = () => {
    arrival = 0;
    if (!away) admit();
  };
  const scrolled = () => {
    touch();
    const atTop = window.scrollY <= TOP_PX;
    if (atTop && away) arrival ||= window.setTimeout(arrive);
    away = !atTop;
  };
  const look = window.setInterval(() => {
    const busy = document.querySelector("dialog[open]") !== null || !!list.current?.contains(document.activeElement);
    const phone = { atTop: window.scrollY <= TOP_PX, stillFor_ms: performance.now() - touched_ms, busy, held: held() };
    if (mayAdmit(phone)) admit();
  }, LOOK_EVERY_MS);
  window.addEventListener("pointerdown", touch, { signal });
  window.addEventListener("pointermove", touch, { signal });
  window.addEventListener("scroll", scrolled, { passive: true, signal });
  return () => {
    window.clearInterval(look);
    window.clearTimeout(arrival);
    watch.abort();
  };
}

/** @param {import("./BoardScreen.jsx").Desk} desk */
function emptySentence({ store, view }) {
  if (view.value.kind === "mine") return t("phone.empty.mine");
  if (view.value.kind === "unseen") return t("phone.empty.unseen");
  if (!may(store, "add")) return t("phone.empty.closed");
  return t(view.value.kind === "section" ? "phone.empty.section" : "phone.empty.all");
}

/**
 * The rest of a long list, when the eye gets there or the button is pressed.
 * @param {{ after: number, onMore: () => void }} props  `after`: how much is drawn; where that does not fill the screen
 *   and a little more, the eye is there already
 */
export function More({ after, onMore }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const ask = useRef(onMore);
  ask.current = onMore;
  useEffect(() => {
    if (!place.current) return undefined;
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) ask.current();
      },
      { rootMargin: "600px" },
    );
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [after]);
  return (
    <div ref={place} class="ideas__more">
      <Button onClick={onMore}>{t("phone.more")}</Button>
    </div>
  );
}

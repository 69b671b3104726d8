// What waits for the facilitator: people at the door, ideas and comments to approve, hands that are up, and what was refused.
import { AuthorMark, nameOf } from "../components/AuthorMark.jsx";
import { Button } from "../components/Button.jsx";
import { CardView } from "../components/CardView.jsx";
import { HandList } from "../components/talk/HandList.jsx";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { wordsOf } from "../components/cardWords.js";
import { quoted } from "../components/quoted.js";
import { t, tError } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import { approval, rejection, waitingIn } from "./inbox.js";
import { kioskName } from "./kiosks.js";
import "./InboxPanel.css";
import "./LabSheets.css";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../core/store.js").Outgoing} Outgoing */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./inbox.js").Waiting} Waiting */
/** @typedef {import("./door.js").Door} Door */

/** How much waits for a facilitator, of every sort. @param {BoardStore} store @param {Door} door @returns {number} */
export function inboxCount(store, door) {
  const refused = store.outgoing.value.filter((row) => row.state === "refused").length;
  return waitingIn(store).length + (store.board.value?.hands.length ?? 0) + refused + door.waiting.value.length;
}

/** @param {{ store: BoardStore, desk: Desk, door: Door }} props */
export function InboxPanel({ store, desk, door }) {
  const waiting = waitingIn(store);
  const hands = store.board.value?.hands ?? [];
  const refused = store.outgoing.value.filter((row) => row.state === "refused");
  const knocking = door.waiting.value;
  const count = inboxCount(store, door);
  const kept = useKeptFocus("li");
  return (
    <Panel title={t("console.inbox")} count={count > 0 ? String(count) : undefined} class="inbox" anchor="inbox">
      {count === 0 && <p class="quiet small">{t("console.inbox.empty")}</p>}
      <div class="panel__stack" {...kept}>
        {knocking.length > 0 && <Knocking store={store} desk={desk} door={door} />}
        {waiting.length > 0 && (
          <>
            <h3>{t("console.inbox.approve", { n: waiting.length })}</h3>
            <ul class="panel__stack">
              {waiting.map((one) => (
                <li key={one.id} data-inbox={one.id}>
                  <ToApprove store={store} desk={desk} one={one} />
                </li>
              ))}
            </ul>
          </>
        )}
        {hands.length > 0 && <Hands store={store} desk={desk} />}
        {refused.length > 0 && (
          <>
            <h3>{t("console.inbox.refused", { n: refused.length })}</h3>
            <ul class="panel__stack">
              {refused.map((row) => (
                <li key={row.id}>
                  <RefusedRow store={store} desk={desk} row={row} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Panel>
  );
}

/** @param {{ store: BoardStore, desk: Desk, one: Waiting }} props */
function ToApprove({ store, desk, one }) {
  const segments = store.board.value?.segments;
  const people = store.people.value;
  const words = one.kind === "card" ? one.card.text : one.comment.text;
  const author = one.kind === "card" ? one.card.author : one.comment.author;
  const person = author === null ? null : namedScreen(people.get(author));
  const busy = desk.touched.value.has(one.id);
  const buttons = (
    <>
      <Button
        busy={busy}
        aria-keyshortcuts="A"
        aria-label={`${t("console.card.approve")} ${quoted(words)}`}
        onClick={() => void desk.act(approval(one))}
      >
        {t("console.card.approve")}
      </Button>
      <Button
        kind="bare"
        busy={busy}
        aria-keyshortcuts="R"
        aria-label={`${t("console.inbox.reject")} ${quoted(words)}`}
        onClick={() => void reject(desk, one)}
      >
        {t("console.inbox.reject")}
      </Button>
    </>
  );
  if (one.kind === "card") {
    return (
      <CardView card={one.card} author={person} segments={segments}>
        <FromKiosk person={person} />
        {buttons}
      </CardView>
    );
  }
  return (
    <article class="talk">
      <p class="quiet small">{t("console.inbox.commentOn", { text: quoted(wordsOf(store.cards.value.get(one.comment.card)), 40) })}</p>
      <p class="talk__words" dir="auto">
        {words}
      </p>
      <p class="quiet small">
        <AuthorMark person={person} segments={segments} />
      </p>
      <FromKiosk person={person} />
      <div class="panel__row">{buttons}</div>
    </article>
  );
}

/** @typedef {import("../components/AuthorMark.jsx").ParticipantView} ParticipantView */

/** A screen without a name of its own is no animal. @param {ParticipantView} [person] @returns {ParticipantView | null} */
const namedScreen = (person) => (person?.role === "kiosk" ? { ...person, name: kioskName({ name: person.name ?? null }) } : (person ?? null));

/** Whoever wrote it at a kiosk has gone on: the name beside it is the screen's. @param {{ person: ParticipantView | null }} props */
function FromKiosk({ person }) {
  if (person?.role !== "kiosk") return null;
  return (
    <p class="inbox__kiosk">
      <svg class="kiosk-sign" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3.5 1.5h9v9h-9ZM8 10.5V14M5 14.5h6" />
      </svg>
      {t("console.inbox.kiosk")}
    </p>
  );
}

/** Into the bin, with a way back. @param {Desk} desk @param {Waiting} one */
export function reject(desk, one) {
  return desk.act(rejection(one), { done: one.kind === "card" ? "console.card.removed" : "console.comment.removed" });
}

/** Whoever raised theirs first speaks first. @param {{ store: BoardStore, desk: Desk }} props */
function Hands({ store, desk }) {
  const board = store.board.value;
  const hands = board?.hands ?? [];
  const here = store.presence.value?.people ?? [];
  /** @type {[string, import("../components/AuthorMark.jsx").ParticipantView][]} who has left and never wrote keeps the word for their id */
  const unnamed = hands.map(({ participant }) => [participant, { participant, role: "participant", segment: null, name: null }]);
  const people = new Map([...unnamed, ...here.map((one) => /** @type {const} */ ([one.participant, one])), ...store.people.value]);
  return (
    <>
      <h3>{t("console.hands", { n: hands.length })}</h3>
      <HandList
        hands={hands}
        people={people}
        segments={board?.segments}
        actionsFor={(participant) => (
          <Button
            busy={desk.touched.value.has(participant)}
            aria-label={t("console.hands.lowerOf", { name: nameOf(people.get(participant)) })}
            onClick={() => void desk.act({ type: "hand.lower", participant })}
          >
            {t("console.hands.lower")}
          </Button>
        )}
      />
    </>
  );
}

/** @param {{ store: BoardStore, desk: Desk, door: Door }} props */
function Knocking({ store, desk, door }) {
  const segments = store.board.value?.segments;
  const rows = door.waiting.value;
  return (
    <>
      <h3>{t("console.door", { n: rows.length })}</h3>
      <ul class="panel__stack">
        {rows.map((row) => {
          const person = { participant: row.participant, role: /** @type {const} */ ("participant"), segment: row.segment, name: row.name };
          const name = nameOf(person);
          return (
            <li key={row.participant} class="people__person">
              <AuthorMark person={person} segments={segments} />
              <span class="panel__row">
                <Button
                  busy={door.deciding.value.has(row.participant)}
                  aria-label={t("console.door.admitOf", { name })}
                  onClick={() => void door.decide(row.participant, true, desk)}
                >
                  {t("console.door.admit")}
                </Button>
                <Button
                  kind="bare"
                  busy={door.deciding.value.has(row.participant)}
                  aria-label={t("console.door.refuseOf", { name })}
                  onClick={() => void door.decide(row.participant, false, desk)}
                >
                  {t("console.door.refuse")}
                </Button>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** Words of mine that the server refused: kept, with the reason, until they are sent again or given up. @param {{ store: BoardStore, desk: Desk, row: Outgoing }} props */
function RefusedRow({ store, desk, row }) {
  const { command, reason } = row;
  const words = "text" in command ? command.text : "";
  const again = async () => {
    try {
      await store.retry(row.id);
    } catch {
      desk.complain(t("console.inbox.stillRefused")); // its new reason stands beside it
    }
  };
  return (
    <article class="talk talk--refused">
      {words && (
        <p class="talk__words" dir="auto">
          {words}
        </p>
      )}
      {reason && <p class="problem small">{tError(reason)}</p>}
      <div class="panel__row">
        <Button aria-label={`${t("common.retry")} ${quoted(words)}`} onClick={() => void again()}>
          {t("common.retry")}
        </Button>
        <Button kind="bare" aria-label={`${t("console.inbox.giveUp")} ${quoted(words)}`} onClick={() => store.discard(row.id)}>
          {t("console.inbox.giveUp")}
        </Button>
      </div>
    </article>
  );
}

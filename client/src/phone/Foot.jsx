// The bottom of the phone, above the keyboard: the composer, or the tray of a vote, or why neither is there.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { LineNote } from "../components/LineNote.jsx";
import { Tray } from "../components/Tray.jsx";
import { t } from "../i18n/index.js";
import { Composer } from "./Composer.jsx";
import { keepAboveKeyboard } from "./keyboard.js";
import { notice } from "./notice.js";
import { may } from "./permits.js";
import "./Foot.css";

/** @typedef {import("./BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk }} props */
export function Foot({ desk }) {
  const { store, view } = desk;
  const foot = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (foot.current ? keepAboveKeyboard(foot.current) : undefined), []);
  const writes = useSignal(false);
  const board = store.board.value;
  const you = store.you.value;
  const votes = store.openRound.value !== null && may(board, you, "vote");
  const adds = may(board, you, "add");
  const seenResults = useSignal(closedIds(store).join());
  const unseen = closedIds(store).join() !== seenResults.value && view.value.kind !== "results";
  return (
    <footer class="foot" id="foot" tabIndex={-1} ref={foot}>
      <NoticeLine />
      <LineNote store={store} />
      {!votes && unseen && (
        <div class="foot__row">
          <p>{t("phone.vote.closed")}</p>
          <Button
            kind="primary"
            onClick={() => {
              seenResults.value = closedIds(store).join();
              view.value = { kind: "results" };
              window.scrollTo(0, 0);
            }}
          >
            {t("phone.vote.see")}
          </Button>
        </div>
      )}
      {votes && <Voting desk={desk} adds={adds} writes={writes} />}
      {adds && (!votes || writes.value) && <Composer desk={desk} />}
      {!adds && !votes && (
        <p class="foot__closed">{t(board?.locked ? "phone.closed.locked" : "phone.closed.step")}</p>
      )}
    </footer>
  );
}

/** @param {import("../core/store.js").BoardStore} store */
const closedIds = (store) => store.rounds.value.filter((round) => round.state === "closed").map((round) => round.id);

/** @param {{ desk: Desk, adds: boolean, writes: import("@preact/signals").Signal<boolean> }} props */
function Voting({ desk, adds, writes }) {
  const round = desk.store.openRound.value;
  if (!round) return null;
  const given = Object.values(desk.store.ballots.value[round.id] ?? {}).reduce((sum, points) => sum + points, 0);
  return (
    <section class="foot__vote" aria-label={t("phone.vote.title")}>
      <Tray left={round.budget - given} budget={round.budget} />
      <div class="foot__vote-note">
        <p>
          {t(round.secret ? "phone.vote.secret" : "phone.vote.open")}
          {round.cap < round.budget && ` ${t("phone.vote.cap", { n: round.cap })}`}
        </p>
        {adds && (
          <Button
            aria-expanded={writes.value}
            onClick={() => {
              writes.value = !writes.value;
            }}
          >
            {t("phone.vote.write")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** « Reçu ! », or why not. The region is always there, so that a screen reader hears what comes into it. */
function NoticeLine() {
  const said = notice.value;
  return (
    <p class="foot__notice" role="status" data-kind={said?.kind}>
      {said && <span>{said.text}</span>}
    </p>
  );
}

// The bottom of the phone, above the keyboard: the composer, or the tray of a vote, or why neither is there.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { LineNote } from "../components/LineNote.jsx";
import { t } from "../i18n/index.js";
import { Composer } from "./Composer.jsx";
import { keepAboveKeyboard } from "./keyboard.js";
import { Later } from "./later.jsx";
import { notice } from "./notice.js";
import { may, mayAct } from "./permits.js";
import { useUntilLifted } from "./pressing.js";
import { isChoosing, mayChoose } from "./steering.js";
import "./Foot.css";

/** @typedef {import("./BoardScreen.jsx").Desk} Desk */

/** @param {{ desk: Desk }} props */
export function Foot({ desk }) {
  const { store, view, idea } = desk;
  const foot = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (foot.current ? keepAboveKeyboard(foot.current) : undefined), []);
  const writes = useSignal(false);
  const typing = useSignal(false);
  const news = useResultsNews(desk);
  const adds = may(store, "add");
  const votes = mayChoose(desk);
  const choosing = isChoosing(desk);
  // nobody's words go away because the step did, nor the place they are typing in because a vote opened beside it
  const writing = useUntilLifted(idea.text.value !== "" || (adds && (!choosing || writes.value || typing.value)));
  const hasKeyboard = useUntilLifted(typing.value);
  return (
    <footer
      class="foot"
      id="foot"
      tabIndex={-1}
      ref={foot}
      data-typing={hasKeyboard || undefined}
      onFocusIn={(event) => (typing.value = event.target instanceof HTMLTextAreaElement)}
      onFocusOut={() => (typing.value = false)}
    >
      <NoticeLine desk={desk} />
      <LineNote store={store} />
      {!votes && news.unseen && (
        <Invitation
          words={t("phone.vote.closed")}
          label={t("phone.vote.see")}
          onPress={() => {
            news.seen();
            view.value = { kind: "results" };
          }}
        />
      )}
      {votes && !choosing && (
        <Invitation
          words={t("phone.vote.title")}
          label={t("phone.vote.go")}
          onPress={() => {
            view.value = { kind: "choose" };
          }}
        />
      )}
      <div class="foot__tools">
        <Later quiet patient name="talk/foot" desk={desk} />
        {!adds && !writing && !choosing && saysWhy(store, votes) && <p class="foot__closed">{t(closedKey(store))}</p>}
        {choosing && adds && (
          <Button
            kind="bare"
            class="foot__write"
            aria-expanded={writes.value}
            onClick={() => {
              writes.value = !writes.value;
            }}
          >
            {t("phone.vote.write")}
          </Button>
        )}
      </div>
      {writing && <Composer desk={desk} closed={adds ? null : closedKey(store)} />}
    </footer>
  );
}

/**
 * Something has happened elsewhere on this phone: a line that says so and a button that goes there, and takes the focus
 * there too, because it is gone itself then.
 * @param {{ words: string, label: string, onPress: () => void }} props
 */
function Invitation({ words, label, onPress }) {
  return (
    <div class="foot__row">
      <p>{words}</p>
      <Button
        kind="primary"
        onClick={() => {
          onPress();
          document.getElementById("main")?.focus({ preventScroll: true });
          window.scrollTo(0, 0);
        }}
      >
        {label}
      </Button>
    </div>
  );
}

/**
 * Whether it is to be said here why there is no field: where a step asks nothing at all, the page itself says it.
 * @param {import("../core/store.js").BoardStore} store
 * @param {boolean} votes
 */
const saysWhy = (store, votes) => mayAct(store, votes) || store.muted.value || Boolean(store.board.value?.locked);

/** Why there is no field to write in. @param {import("../core/store.js").BoardStore} store */
function closedKey(store) {
  if (store.muted.value) return "phone.muted";
  if (store.board.value?.locked) return "phone.closed.locked";
  if (may(store, "rebound")) return "phone.closed.rebound";
  if (may(store, "group")) return "phone.closed.group";
  return may(store, "react") || may(store, "comment") ? "phone.closed.talk" : "phone.closed.step";
}

/**
 * Whether a vote has closed that nobody has looked at here: told at the step it closed in, not while one writes alone.
 * @param {Desk} desk
 */
function useResultsNews({ store, view }) {
  const known = useSignal(closedIds(store).join());
  const told = useRef({ closed: known.peek(), step: "" });
  const closed = closedIds(store).join();
  const step = store.board.value?.step;
  if (closed !== told.current.closed) told.current = { closed, step: step?.id ?? "" };
  const fresh = closed !== known.value && told.current.step === step?.id;
  return {
    unseen: fresh && !step?.private && view.value.kind !== "results",
    seen: () => {
      known.value = closed;
    },
  };
}

/** @param {import("../core/store.js").BoardStore} store */
const closedIds = (store) => store.rounds.value.filter((round) => round.state === "closed").map((round) => round.id);

/**
 * « Reçu ! », or why not, or what was done and its undo. The region is always there, so that a screen reader hears what
 * comes into it.
 * @param {{ desk: Desk }} props
 */
function NoticeLine({ desk }) {
  const said = notice.value;
  return (
    <p class="foot__notice" role="status" data-kind={said?.kind}>
      {said && (
        <span>
          {said.text}
          {said.of && <Later quiet name="later/undo" store={desk.store} of={said.of} />}
        </span>
      )}
    </p>
  );
}

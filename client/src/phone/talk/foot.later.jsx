// One compact row above the composer: my hand, and being ready for the next step. What the facilitator sees at once.
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import "./talk.css";
import "./texts.js";

/** Strokes in a 24 × 24 box. */
const HAND = "M7 13V6.2a1.5 1.5 0 0 1 3 0V12M10 11V4.2a1.5 1.5 0 0 1 3 0V11M13 11.4V5.4a1.5 1.5 0 0 1 3 0V13M16 12.6V9a1.5 1.5 0 0 1 3 0v5.4c0 4.4-2.6 6.9-6.4 6.9-3.4 0-5.2-1.7-8-6.8.8-1.3 2.2-1.2 3.2.3L9 16.4";
const CHECK = "M4.5 12.5l5 5L19.5 7";

/** @param {{ desk: import("../BoardScreen.jsx").Desk }} props */
export default function TalkBar({ desk: { store } }) {
  const board = store.board.value;
  const you = store.you.value;
  if (!board || !you || you.role === "display") return null;
  const place = board.hands.findIndex((hand) => hand.participant === you.participant) + 1;
  const ready = store.saidReady.value;
  const presence = store.presence.value;
  const together = ready && presence && presence.ready > 0 ? { n: presence.ready, all: presence.here } : null;
  return (
    <div class="talk-bar" role="group" aria-label={t("talk.bar")}>
      <Sign
        on={place > 0}
        path={HAND}
        words={t("talk.hand")}
        count={place > 0 ? t("talk.hand.short", { n: place }) : null}
        onPress={() => void told(store.submit({ type: place > 0 ? "hand.lower" : "hand.raise" }))}
      />
      <Sign
        on={ready}
        path={CHECK}
        words={t("talk.ready")}
        count={together && `${together.n}/${together.all}`}
        onPress={() => store.sayReady(!ready)}
      />
      <p class="only-said" role="status">
        {place > 0 && t("talk.hand.place", { n: place })} {together && t("talk.ready.of", together)}
      </p>
    </div>
  );
}

/**
 * @param {{ on: boolean, path: string, words: string, count: string | null, onPress: () => void }} props  `count`: what
 *   the status says in full
 */
function Sign({ on, path, words, count, onPress }) {
  return (
    <button type="button" class="talk-bar__sign" aria-pressed={on} onClick={onPress}>
      <svg class="talk-bar__icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
      <span class="talk-bar__word">{words}</span>
      {count && <span class="talk-bar__count">{count}</span>}
    </button>
  );
}

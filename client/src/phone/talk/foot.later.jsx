// A row above the composer: my hand, and being ready for the next step. What the facilitator sees at once.
import { Button } from "../../components/Button.jsx";
import { t } from "../../i18n/index.js";
import { told } from "../notice.js";
import "./talk.css";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk }} props */
export default function TalkBar({ desk: { store } }) {
  const board = store.board.value;
  const you = store.you.value;
  if (!board || !you || you.role === "display") return null;
  const place = board.hands.findIndex((hand) => hand.participant === you.participant);
  const up = place >= 0;
  const ready = store.saidReady.value;
  const presence = store.presence.value;
  return (
    <div class="talk-bar" role="group" aria-label={t("talk.bar")}>
      <Button aria-pressed={up} onClick={() => void told(store.submit({ type: up ? "hand.lower" : "hand.raise" }))}>
        {t(up ? "talk.hand.lower" : "talk.hand.raise")}
      </Button>
      <Button aria-pressed={ready} onClick={() => store.sayReady(!ready)}>
        {t("talk.ready")}
      </Button>
      <p class="talk-bar__said small" role="status">
        {up && t("talk.hand.place", { n: place + 1 })}{" "}
        {ready && presence && presence.ready > 0 && t("talk.ready.of", { n: presence.ready, all: presence.here })}
      </p>
    </div>
  );
}

// It is kept. What happens next, and the way home: a code for the visitor's own phone, good once and for a short while.
// The screen forgets by itself; nobody has to tidy up after themselves.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { t, tError } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { Frame } from "./Frame.jsx";
import { useEvery, useTouched } from "./useEvery.js";
import "./Thanks.css";

/** @typedef {import("../engine/index.js").Contribution} Contribution */

/** So long the thanks stand there: to read them, take out a phone, unlock it and find its camera. */
export const STAYS_S = 60;

/** @param {{ board: string, contribution: Contribution }} props */
export function Thanks({ board: id, contribution }) {
  const { engine, go, over } = useVisit();
  const board = engine.boards.value.find((one) => one.id === id);
  const handoff = contribution.handoff.value;
  const state = contribution.state.value;
  const kept = state === "queued" || (state === "sent" && !engine.online.value);
  const left = useCountdown(STAYS_S, over);
  useEvery(1_000, () => engine.visit.left_s.peek() !== null && engine.visit.stay()); // this countdown is the one in sight
  if (state === "refused") {
    return (
      <Frame name="thanks" title={t("kiosk.thanks.refused")} about={tError({ code: contribution.problem.value ?? "unknown" })}>
        <div class="thanks__deeds">
          <Button kind="primary" onClick={over}>
            {t("kiosk.thanks.done")}
          </Button>
        </div>
      </Frame>
    );
  }
  return (
    <Frame
      name="thanks"
      title={t(kept ? "kiosk.thanks.title.kept" : "kiosk.thanks.title")}
      about={t(kept ? "kiosk.thanks.next.kept" : "kiosk.thanks.next")}
    >
      <Landing />
      {handoff && (
        <section class="thanks__take">
          <h2>{t("kiosk.thanks.take")}</h2>
          <QrPicture link={handoff.link} qr={handoff.qr} label={t("kiosk.thanks.qr", { address: hostOf(handoff.link) })} />
          <p class="thanks__how">{t("kiosk.thanks.take.about", { n: Math.max(1, Math.ceil(handoff.left_s() / 60)) })}</p>
          {board && <p class="thanks__how quiet">{t("kiosk.thanks.address", { address: hostOf(board.join_url), code: board.code })}</p>}
        </section>
      )}
      <p class="thanks__left" role="timer">
        {t("kiosk.thanks.left", { n: left })}
      </p>
      <div class="thanks__deeds">
        {board?.allows("add") && <Button onClick={() => go({ at: "idea", board: id })}>{t("kiosk.thanks.another")}</Button>}
        <Button kind="primary" onClick={over}>
          {t("kiosk.thanks.done")}
        </Button>
      </div>
    </Frame>
  );
}

/**
 * Seconds until the screen goes. A touch begins them again: whoever is still reading is still there.
 * @param {number} from
 * @param {() => void} then
 */
function useCountdown(from, then) {
  const [until_ms, setUntil] = useState(() => performance.now() + from * 1_000);
  const left = Math.max(0, Math.ceil((until_ms - performance.now()) / 1_000));
  useEvery(1_000, () => performance.now() >= until_ms && then());
  useTouched(() => setUntil(performance.now() + from * 1_000));
  return left;
}

/** @param {string} address @returns {string} what one would type */
const hostOf = (address) => new URL(address).host;

/** The ball arrives. Decoration. */
function Landing() {
  return (
    <svg class="thanks__arcs" viewBox="0 0 240 60" aria-hidden="true">
      <path d="M4 56C20 -12 84 -12 100 56" />
      <path d="M100 56C110 14 154 14 164 56" />
      <path d="M164 56C170 34 194 34 199 50" />
      <circle cx="202" cy="51" r="6" />
    </svg>
  );
}

/**
 * Always dark on white, its quiet margin in the picture: a camera knows no dark theme.
 * @param {{ link: string, qr: { size: number, path: string }, label: string }} props
 */
function QrPicture({ qr, label }) {
  return (
    <svg class="thanks__qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={qr.size} height={qr.size} fill="#fff" />
      <path d={qr.path} fill="#000" />
    </svg>
  );
}

// The two corners for whoever is guided by voice, and what begins and ends that.
import { useLayoutEffect, useState } from "preact/hooks";
import { t } from "../../i18n/index.js";
import { spoken } from "../screens/spoken.js";
import { createVoice } from "./voice.js";
import "./Voice.css";
import "./texts.js";

/** @typedef {import("../engine/index.js").Engine} Engine */
/** @typedef {ReturnType<typeof createVoice>} VoiceGuide */

/** @type {import("./voice.js").Around} */
const AROUND = {
  document,
  page: window,
  under: (x, y) => document.elementFromPoint(x, y),
  isDrawn: (element) => element.getClientRects().length > 0,
  later: (run, in_ms) => window.setTimeout(run, in_ms),
  cancel: (timer) => window.clearTimeout(timer),
};

/** @param {{ engine: Engine }} props */
export function Voice({ engine }) {
  const [voice] = useState(() => createVoice({ speech: engine.speech, around: AROUND }));
  useLayoutEffect(() => () => voice.close(), [voice]);
  useLayoutEffect(() => engine.visit.onWipe(voice.end), [engine, voice]);
  useArrivals(voice);
  if (!voice.on.value) return null;
  return (
    <nav class="voice" aria-label={t("kiosk.voice.label")}>
      <button type="button" class="voice__corner" onClick={voice.next}>
        {t("kiosk.voice.next")}
      </button>
      <button type="button" class="voice__end" onClick={voice.end}>
        {t("kiosk.voice.end")}
      </button>
      <button type="button" class="voice__corner" onClick={voice.choose}>
        {t("kiosk.voice.choose")}
      </button>
    </nav>
  );
}

/** Says where one is, whenever that is somewhere else; and there, what is told of what was done. @param {VoiceGuide} voice */
function useArrivals(voice) {
  const guided = voice.on.value;
  useLayoutEffect(() => {
    if (!guided) return undefined;
    let last = screenNow();
    let told = toldNow();
    const watcher = new MutationObserver(() => {
      const now = screenNow();
      const news = toldNow();
      if (now !== last) voice.arrived();
      else for (const [place, pieces] of news) if (wordsOf(told.get(place)) !== wordsOf(pieces)) voice.add(pieces);
      [last, told] = [now, news];
    });
    watcher.observe(document.body, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["data-screen", "role", "aria-label"] });
    return () => watcher.disconnect();
  }, [guided, voice]);
}

/** Which screen, of what, and whether something asks for an answer over it. Slides come and go on one and the same. */
function screenNow() {
  const screen = document.querySelector("[data-screen]")?.getAttribute("data-screen");
  const about = screen === "attract" ? "" : document.querySelector("h1")?.textContent;
  return [screen, about, document.querySelector("[role='alertdialog']") !== null].join(" ");
}

/** What the screen tells by itself: what went wrong, what was counted, how many digits were typed; never which. */
const toldNow = () => new Map([...document.querySelectorAll("[role='alert'], [role='status']")].map((place) => [place, spoken(place)]));

/** @param {readonly import("../screens/spoken.js").Piece[]} [pieces] */
const wordsOf = (pieces = []) => pieces.map(({ text }) => text).join(" ");

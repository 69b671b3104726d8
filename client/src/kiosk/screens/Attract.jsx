// What the screen shows while nobody is there: one card of the window after another, and a place to touch. Nothing on it
// was written by a visitor unless a moderator put it in the window; the rest are titles and numbers (DM6).
// It turns by itself, every twelve seconds, and can be stopped (WCAG 2.2, 2.2.2).
import { useLayoutEffect, useState } from "preact/hooks";
import { StageTrail } from "../../components/lab/StageTrail.jsx";
import { stageNow } from "../../components/lab/stages.js";
import { t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { Counters } from "./Counters.jsx";
import { countsOf, langOf, pictureOf } from "./faces.js";
import { Frame } from "./Frame.jsx";
import "./Attract.css";

export const SLIDE_MS = 12_000;

/** @typedef {import("./faces.js").Face} Face */

/** @param {{ onBegin: (face?: Face) => void }} props with the idea that was touched; without one: from the front page */
export function Attract({ onBegin }) {
  const { engine } = useVisit();
  const boards = engine.boards.value;
  const slides = slidesOf(boards);
  const { at, paused, toggle } = useTurning(slides.length);
  const slide = slides[at];
  const counts = countsOf(boards);
  return (
    <Frame name="attract" fixed named={!slide}>
      {/* the whole screen answers to a finger, an idea with itself; for everybody else there is the button */}
      <div class="attract" onClick={() => onBegin()} data-slides={slides.length > 0 || undefined}>
        {slide ? <Slide key={`${slide.board.id} ${slide.card.id}`} face={slide} onPress={() => onBegin(slide)} /> : <Poster />}
        <div class="attract__low">
          {counts.ideas > 0 && <Counters counts={counts} />}
          <button type="button" class="attract__begin" onClick={() => onBegin()}>
            <BouncingBall turn={at} />
            {t("kiosk.attract.begin")}
          </button>
          {slides.length > 1 && (
            <button
              type="button"
              class="button attract__pause"
              aria-label={t(paused ? "kiosk.attract.play.about" : "kiosk.attract.pause.about")}
              onClick={(event) => {
                event.stopPropagation();
                toggle();
              }}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d={paused ? "M8 5.5v13l10.5-6.5Z" : "M8 5.5v13M16 5.5v13"} />
              </svg>
              {t(paused ? "kiosk.attract.play" : "kiosk.attract.pause")}
            </button>
          )}
        </div>
      </div>
    </Frame>
  );
}

/** Every card in the window, one board after another. @param {readonly import("./faces.js").KioskBoard[]} boards @returns {Face[]} */
export function slidesOf(boards) {
  return boards.flatMap((board) =>
    board.window.value.map(({ card, showcase, stages }) => ({ board, card, showcase, stages, stage: stageNow(stages) })),
  );
}

/** @param {{ face: Face, onPress: () => void }} props */
function Slide({ face, onPress }) {
  const [lab] = useVisit().engine.boards.value;
  const picture = pictureOf(face, 1080);
  const lang = langOf(face);
  const { question } = face.showcase ?? {};
  const learnt = face.stage === "stopped" ? face.stages.at(-1)?.note : null; // what a lab has to say of what it stopped
  return (
    <article
      class="slide"
      data-picture={picture ? true : undefined}
      data-long={face.card.text.length > 120 || undefined}
      onClick={(event) => {
        event.stopPropagation();
        onPress();
      }}
    >
      {picture && <img class="slide__picture" src={picture} alt={face.showcase?.alternative ?? ""} lang={lang} draggable={false} />}
      <div class="slide__words">
        {face.board !== lab && (
          <p class="slide__board" lang={face.board.locale} dir="auto">
            {face.board.title.value}
          </p>
        )}
        <h1 class="slide__text" tabIndex={-1} lang={lang} dir="auto">
          {face.card.text}
        </h1>
        <p class="slide__question" lang={question ? lang : learnt ? face.board.locale : undefined} dir="auto">
          {question || learnt || t("kiosk.attract.question")}
        </p>
        <StageTrail stages={face.stages} />
      </div>
    </article>
  );
}

/** With nothing in the window: the name of the place, and what it is for. */
function Poster() {
  const { engine } = useVisit();
  const title = engine.boards.value[0]?.title.value;
  return (
    <article class="slide slide--poster">
      <svg class="slide__arcs" viewBox="0 0 400 220" aria-hidden="true">
        <path d="M-20 200C30 -60 150 -60 190 200" />
        <path d="M190 200C215 60 285 60 310 200" />
        <path d="M310 200C322 130 352 130 364 190" />
        <circle cx="369" cy="194" r="14" />
      </svg>
      <div class="slide__words">
        <h1 class="slide__text" tabIndex={-1} dir="auto">
          {title || t("kiosk.place")}
        </h1>
        <p class="slide__question">{t("kiosk.attract.invite")}</p>
      </div>
    </article>
  );
}

/** The ball lands on the place to touch, once for each slide. @param {{ turn: number }} props */
function BouncingBall({ turn }) {
  return (
    <svg key={turn} class="attract__ball" viewBox="0 0 64 48" aria-hidden="true">
      <path d="M3 44C8 4 30 4 36 40" />
      <path d="M36 40C39 22 50 22 53 38" />
      <circle cx="54" cy="40" r="5.5" />
    </svg>
  );
}

/**
 * The slide to show, and whether it turns.
 * @param {number} count
 */
function useTurning(count) {
  const [at, setAt] = useState(0);
  const [paused, setPaused] = useState(false);
  useLayoutEffect(() => {
    if (paused || count < 2) return undefined;
    const timer = setInterval(() => setAt((now) => (now + 1) % count), SLIDE_MS);
    return () => clearInterval(timer);
  }, [paused, count]);
  return { at: count > 0 ? at % count : 0, paused, toggle: () => setPaused(!paused) };
}

// One idea, large: its picture, its words, where it stands and how it came there; the question, and what to say to it.
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { ArcIcon } from "../../components/VerbIcon.jsx";
import { StageTrail } from "../../components/lab/StageTrail.jsx";
import { dayText } from "../../i18n/dates.js";
import { t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { faceOf, langOf, pictureOf } from "./faces.js";
import { Frame } from "./Frame.jsx";
import { Notice } from "./Notice.jsx";
import { Opinions } from "./Opinions.jsx";
import { TextPages } from "./Pages.jsx";
import { Choice } from "./Tile.jsx";
import { useRoom } from "./usePages.js";
import "./CardScreen.css";

/** @typedef {import("./faces.js").Face} Face */

/** A text from here on is set smaller, and from there on smaller still. */
const LONG_CHARS = [90, 220];

/**
 * The card that a place is about.
 * @param {string} board
 * @param {string} card
 * @returns {Face | null}
 */
export function useFace(board, card) {
  const found = useVisit().engine.boards.value.find(({ id }) => id === board);
  return found ? faceOf(found, card) : null;
}

/**
 * @param {{ board: string, card: string, part?: "read" | "say" }} props `part`: which one, where the words are too large
 *   for both; the way back from what to say leads to what was read
 */
export function CardScreen({ board, card, part = "read" }) {
  const { engine, go } = useVisit();
  const tight = useTight();
  const [final] = useState(() => engine.given.peek().has(card));
  const face = useFace(board, card);
  useLayoutEffect(() => () => engine.leaveCard(), [engine, board, card]); // whichever way it is left, and however soon, the opinion is final
  if (!face) return <Notice kind="empty" name="gone" sentence={t("kiosk.card.gone")} />;
  const shows = (/** @type {"read" | "say"} */ one) => !tight || part === one;
  const comments = face.board.comments.value.get(card)?.length ?? 0;
  const mayComment = face.board.allows("comment");
  return (
    <Frame name="card">
      <div class="card-screen" data-part={tight ? part : undefined}>
        {shows("read") && <Story face={face} />}
        {tight && part === "read" && (
          <Choice strong title={t("kiosk.card.say")} sign={<ArcIcon />} onPress={() => go({ at: "card", board, card, part: "say" })} />
        )}
        {!shows("read") && (
          <h1 class="only-said" tabIndex={-1} lang={langOf(face)} dir="auto">
            {face.card.text}
          </h1>
        )}
        {shows("say") && <Opinions face={face} final={final} />}
        {shows("say") && (
          <div class="card-screen__deeds">
            {(mayComment || comments > 0) && (
              <Choice
                title={t("kiosk.card.comments", { n: comments })}
                about={t("kiosk.card.comments.about", { n: comments })}
                sign={<CommentSign />}
                onPress={() => go({ at: "comments", board, card })}
              />
            )}
            {face.board.allows("rebound") && (
              <Choice
                strong
                title={t("kiosk.card.rebound")}
                about={t("kiosk.card.rebound.about")}
                sign={<ArcIcon />}
                onPress={() => go({ at: "verb", board, card })}
              />
            )}
          </div>
        )}
      </div>
    </Frame>
  );
}

/** How high the window is in its own words (rem) where an idea and what to say to it stand together: upright, lying. */
const ROOMY_REM = { portrait: 46, landscape: 28 };

/** @returns {boolean} whether the words are too large for everything at once: then it is first read, then said */
function useTight() {
  const room = useRoom(false);
  return useMemo(() => {
    const root = getComputedStyle(document.documentElement);
    const asChosen_px = (parseFloat(root.fontSize) || 16) / (parseFloat(root.getPropertyValue("--kiosk-fit")) || 1);
    const high_rem = innerHeight / asChosen_px; // what was set smaller to fit is no reason to show more
    return room !== "" && high_rem < ROOMY_REM[innerWidth > innerHeight ? "landscape" : "portrait"];
  }, [room]);
}

/** @param {{ face: Face }} props */
function Story({ face }) {
  const { card, stages, showcase } = face;
  const picture = pictureOf(face, 1080);
  const lang = langOf(face);
  return (
    <article class="story" data-picture={picture ? true : undefined}>
      {picture && <img class="story__picture" src={picture} alt={showcase?.alternative ?? ""} lang={lang} draggable={false} />}
      <div class="story__words">
        <TextPages about={card.id}>
          <h1 class="story__text" tabIndex={-1} lang={lang} dir="auto" data-long={LONG_CHARS.filter((chars) => card.text.length > chars).length}>
            {card.text}
          </h1>
          <Author face={face} />
          <StageTrail stages={stages} dated={!hasHistory(stages)} />
          <History face={face} />
        </TextPages>
      </div>
    </article>
  );
}

/** Who it is from, where they gave a name; nobody is made one up for a shop window (DM5). @param {{ face: Face }} props */
function Author({ face: { board, card } }) {
  const name = card.author ? board.state.value?.people.get(card.author)?.name : null;
  return name ? <p class="story__author">{t("kiosk.card.by", { name })}</p> : null;
}

/** One line without a word is said beside the ball. @param {Face["stages"]} stages */
const hasHistory = (stages) => stages.length > 1 || Boolean(stages[0]?.note);

/** Every line of it, the newest first. @param {{ face: Face }} props */
function History({ face: { stages, board } }) {
  if (!hasHistory(stages)) return null;
  return (
    <section class="history" aria-label={t("kiosk.stage.history")}>
      <ol class="history__lines">
        {[...stages].reverse().map(({ stage, at_ms, note }) => (
          <li key={`${stage} ${at_ms}`} class="history__line">
            <span class="history__stage">
              <strong>{t(`part.stage.${stage}`)}</strong> <span class="quiet">{dayText(at_ms)}</span>
            </span>
            {note && (
              <span class="history__note" lang={board.locale} dir="auto">
                {stage === "stopped" && <span class="only-said">{t("kiosk.stage.learnt")}. </span>}
                {note}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function CommentSign() {
  return (
    <svg class="arc-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path class="arc-icon__arc" d="M3 5h18v11.5H11L6 21v-4.5H3Z" stroke-linejoin="round" />
      <path class="arc-icon__arc" d="M7.5 13.5C8.5 7.5 13.5 7.5 14.5 12" />
      <circle class="arc-icon__ball" cx="15.2" cy="13" r="1.8" />
    </svg>
  );
}

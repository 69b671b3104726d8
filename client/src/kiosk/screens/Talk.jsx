// What is said about an idea, and the choice of how to start from it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Screen } from "../../components/Screen.jsx";
import { VERBS, VerbIcon } from "../../components/VerbIcon.jsx";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { CommentSign, useFace } from "./CardScreen.jsx";
import { useVisit } from "./context.js";
import { langOf } from "./faces.js";
import { Frame } from "./Frame.jsx";
import { Notice } from "./Notice.jsx";
import { Choices } from "./Pages.jsx";
import { Choice } from "./Tile.jsx";
import { SMALLEST, STEP } from "./useFit.js";
import "./Talk.css";

/** So much of the idea one starts from, to know which it is. */
const FROM_CHARS = 160;
/** A visitor starts from the one idea they look at; combining takes two, and a phone. */
const OFFERED = VERBS.filter((verb) => verb !== "combines");

/** @param {{ board: string, card: string }} props */
export function Comments({ board, card }) {
  const { go } = useVisit();
  const face = useFace(board, card);
  if (!face) return <Notice kind="empty" name="gone" sentence={t("kiosk.card.gone")} />;
  const comments = [...(face.board.comments.value.get(card) ?? [])].reverse();
  return (
    <Frame name="comments" title={t("kiosk.comments.title")}>
      <From face={face} />
      {comments.length > 0 ? (
        <Choices items={comments} keyOf={({ id }) => id}>
          {(comment) => <Said lang={comment.lang || face.board.locale} text={comment.text} />}
        </Choices>
      ) : (
        <Screen kind="empty" sentence={t("kiosk.comments.none")} />
      )}
      {face.board.allows("comment") && (
        <Choice strong title={t("kiosk.comments.write")} sign={<CommentSign />} onPress={() => go({ at: "comment", board, card })} />
      )}
    </Frame>
  );
}

/**
 * What somebody said. Where it does not fit even by itself, for the words are large, it is set smaller rather than cut off.
 * @param {{ text: string, lang: string }} props
 */
function Said({ text, lang }) {
  const paper = useRef(/** @type {HTMLParagraphElement | null} */ (null));
  useLayoutEffect(() => {
    const list = paper.current?.closest("ul");
    if (list) fitAlone(list, (size) => paper.current?.style.setProperty("--said-fit", String(size)));
  });
  return (
    <p class="said" lang={lang} dir="auto" ref={paper}>
      {text}
    </p>
  );
}

/** @param {Element} list of one @param {(size: number) => void} set its words to this part of their size */
function fitAlone(list, set) {
  let size = 1;
  set(size);
  while (list.children.length === 1 && size > SMALLEST && list.scrollHeight > list.clientHeight + 1) set((size *= STEP));
}

/** @param {{ board: string, card: string }} props */
export function VerbChoice({ board, card }) {
  const { go } = useVisit();
  const face = useFace(board, card);
  if (!face) return <Notice kind="empty" name="gone" sentence={t("kiosk.card.gone")} />;
  return (
    <Frame name="verb" title={t("kiosk.verb.title")}>
      <From face={face} />
      <Leaving />
      <Choices items={OFFERED} keyOf={(verb) => verb}>
        {(verb) => (
          <Choice
            title={t(`verb.${verb}`)}
            about={t(`verb.${verb}.line`)}
            sign={<VerbIcon verb={verb} />}
            onPress={() => go({ at: "rebound", board, card, verb })}
          />
        )}
      </Choices>
    </Frame>
  );
}

/** The ball leaves the idea, and comes down where one chooses. Decoration; it goes where there is no room for it. */
function Leaving() {
  return (
    <svg class="leaving" viewBox="0 0 240 72" aria-hidden="true">
      <path d="M10 2C24 2 44 24 52 69" />
      <path d="M52 69C64 8 128 8 140 69" />
      <path d="M140 69C148 34 190 34 198 62" />
      <circle cx="199" cy="65" r="6" />
    </svg>
  );
}

/** Which idea it is about. @param {{ face: import("./faces.js").Face }} props */
export function From({ face }) {
  return (
    <blockquote class="from" lang={langOf(face)} dir="auto">
      {quoted(face.card.text, FROM_CHARS)}
    </blockquote>
  );
}

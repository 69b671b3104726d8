// Where an idea is written: grows with the text, keeps its draft, knows its section, and says at once what is in the way.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { charsOf, TextArea } from "../components/TextArea.jsx";
import { Refused } from "../core/refused.js";
import { language, t } from "../i18n/index.js";
import { NO_EXTRAS } from "./BoardScreen.jsx";
import { Later } from "./later.jsx";
import { notify } from "./notice.js";
import { may } from "./permits.js";
import "./Composer.css";

/** Where there is a real keyboard, Enter sends; on glass it starts a line. */
const ENTER_SENDS = typeof matchMedia === "function" && matchMedia("(hover: hover) and (pointer: fine)").matches;

/** From this length on, an idea is enough of one to be like another. */
const HINT_CHARS = 12;

/** For how long nothing must be typed before it is asked whether there is something like it. */
const PAUSE_MS = 700;

/** The text as it was when the writing last paused. @param {string} text */
function usePause(text) {
  const [paused, setPaused] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => setPaused(text), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return paused;
}

/** @param {import("./BoardScreen.jsx").Extras} extras */
const isMarked = ({ kind, tags, colour }) => kind !== "idea" || tags.length > 0 || colour !== null;

/** @param {{ desk: import("./BoardScreen.jsx").Desk, closed?: import("../i18n/index.js").Key | null }} props  `closed`: why nothing can be sent now */
export function Composer({ desk, closed = null }) {
  const { store, idea, view, extras, sheet } = desk;
  const board = store.board.value;
  const sections = board?.sections ?? [];
  const [picked, setPicked] = useState("");
  const [problem, setProblem] = useState("");
  const field = useRef(/** @type {HTMLTextAreaElement} */ (/** @type {unknown} */ (null)));
  const most = store.limits.value.card_text_chars;
  const text = idea.text.value;
  const over = charsOf(text.trim()) > most;
  const looking = view.value.kind === "section" ? view.value.section : "";
  const section = sections.some((one) => one.id === picked) ? picked : looking;

  // where the field goes away from under the focus, the focus stays at the foot
  useLayoutEffect(() => {
    const element = field.current;
    return () => {
      if (element && document.activeElement === element) element.closest("footer")?.focus({ preventScroll: true });
    };
  }, []);

  const paused = usePause(text);
  const hints = paused.trim().length >= HINT_CHARS && text !== "" && !board?.step.private && may(store, "rebound");

  const send = async () => {
    const words = text.trim();
    if (closed) return;
    if (!words || over) {
      field.current?.focus();
      if (!words) setProblem(t("error.text_empty"));
      return;
    }
    idea.lift();
    setProblem("");
    store.writing(false);
    field.current?.focus();
    try {
      const { kind, tags, colour } = extras.peek();
      const { answer } = await store.keep({
        type: "card.add",
        text: words,
        lang: language.peek(),
        kind,
        tags: [...tags],
        ...(colour ? { colour } : {}),
        ...(section ? { section } : {}),
      });
      idea.drop();
      extras.value = NO_EXTRAS;
      if (store.status.value !== "live") notify(t("phone.compose.kept"));
      await answer;
      notify(t("phone.compose.sent"));
    } catch (error) {
      // a refusal stands on the card itself; anything else means it could not be kept: the words come back
      if (error instanceof Refused) notify(t("phone.compose.refused"), "bad");
      else idea.write(words);
    }
  };

  return (
    <div class="composer">
      {closed && text !== "" && <p class="quiet small">{t(text.trim() ? "phone.closed.kept" : closed)}</p>}
      {sections.length > 0 && (
        <label class="composer__section">
          <span>{t("phone.compose.section")}</span>
          <select class="input" value={section} onChange={(event) => setPicked(event.currentTarget.value)}>
            <option value="">{t("common.noSection")}</option>
            {sections.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
      )}
      {hints && <Later quiet name="later/similar" desk={desk} text={paused} />}
      {isMarked(extras.value) && <Later quiet name="later/extras" part="ExtrasLine" desk={desk} />}
      <div class="composer__row">
        <Button
          kind="bare"
          iconOnly
          class="composer__more"
          aria-label={t("phone.compose.more")}
          onClick={() => {
            sheet.value = { name: "later/extras" };
          }}
        >
          <svg class="composer__arrow" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 5v14M5 12h14" />
          </svg>
        </Button>
        <TextArea
          label={t("phone.compose.label")}
          hideLabel
          fieldRef={field}
          rows={1}
          value={text}
          placeholder={t(board?.step.private ? "phone.compose.private" : "phone.compose.placeholder")}
          maxChars={most}
          sendOnEnter={ENTER_SENDS}
          problem={problem || undefined}
          onInput={(value) => {
            idea.write(value);
            if (problem) setProblem("");
            store.writing(value !== "");
          }}
          onSubmit={() => void send()}
          onBlur={() => store.writing(false)}
        />
        <Button
          kind="primary"
          iconOnly
          class="composer__send"
          aria-label={t("phone.compose.send")}
          aria-disabled={closed !== null || over || !text.trim()}
          // keeps the keyboard open: the field does not lose the focus to the button
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => void send()}
        >
          <svg class="composer__arrow" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 12 20 4l-5 16-3.5-6.5z" />
            <path d="M11.5 13.5 20 4" />
          </svg>
        </Button>
      </div>
    </div>
  );
}

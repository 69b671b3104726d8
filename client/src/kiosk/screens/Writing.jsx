// Where a visitor writes: a field, a keyboard on the screen, one sentence of help. The system's keyboard stays away
// (inputmode), a real one is welcome; whatever comes in, typed or pasted, is bounded and cleaned (keyboard/typing.js).
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../../components/Button.jsx";
import { VerbIcon } from "../../components/VerbIcon.jsx";
import { language, t, tError } from "../../i18n/index.js";
import { OnScreenKeyboard } from "../keyboard/OnScreenKeyboard.jsx";
import { layoutFor } from "../keyboard/layouts.js";
import { beginsSentence } from "../keyboard/shift.js";
import { EMPTY, changed, charsOf, isBlank, pressed } from "../keyboard/typing.js";
import { useFace } from "./CardScreen.jsx";
import { useKept, useVisit } from "./context.js";
import { Frame } from "./Frame.jsx";
import { Notice } from "./Notice.jsx";
import { From } from "./Talk.jsx";
import "./Writing.css";

/** @typedef {import("@protocol/generated/types.d.ts").Verb} Verb */
/** @typedef {Omit<import("../engine/index.js").Words, "text" | "lang">} About what the words are about */

/** Fewer than so many left are told; before that the number is only noise. */
const TELL_LEFT_CHARS = 100;

/** @param {{ board: string }} props */
export function WriteIdea({ board }) {
  const [lab, ...others] = useVisit().engine.boards.value;
  const about = lab?.id === board ? null : others.find(({ id }) => id === board);
  return (
    <Writing name="idea" label={t("kiosk.write.idea")} about={{ board }} maxChars={LIMITS.CARD_TEXT_CHARS}>
      {about && (
        <p class="from" lang={about.locale} dir="auto">
          {about.title.value}
        </p>
      )}
    </Writing>
  );
}

/** @param {{ board: string, card: string }} props */
export function WriteComment({ board, card }) {
  const face = useFace(board, card);
  if (!face) return <Notice kind="empty" name="gone" sentence={t("kiosk.card.gone")} />;
  return (
    <Writing name="comment" label={t("kiosk.write.comment")} about={{ board, comment_on: card }} maxChars={LIMITS.COMMENT_CHARS}>
      <From face={face} />
    </Writing>
  );
}

/** @param {{ board: string, card: string, verb: Verb }} props */
export function WriteRebound({ board, card, verb }) {
  const face = useFace(board, card);
  if (!face) return <Notice kind="empty" name="gone" sentence={t("kiosk.card.gone")} />;
  return (
    <Writing name="rebound" label={t("kiosk.write.rebound")} about={{ board, parents: [card], verb }} maxChars={LIMITS.CARD_TEXT_CHARS}>
      <p class="writing__verb">
        <VerbIcon verb={verb} /> {t(`verb.${verb}`)}
      </p>
      <From face={face} />
    </Writing>
  );
}

/**
 * @param {{
 *   name: string,
 *   label: string,
 *   about: About,
 *   maxChars: number,
 *   children?: import("preact").ComponentChildren,
 * }} props `children`: what the visitor has in view while they write
 */
function Writing({ name, label, about, maxChars, children }) {
  const { engine, back } = useVisit();
  const [draft, setDraft] = useKept("draft", EMPTY);
  const [layout, setLayout] = useKept("layout", layoutFor(settingsOf(engine)?.keyboard, language.peek()));
  const { sending, problem, send, forgive } = useSending(about);
  const field = useCaret(draft);
  const left = maxChars - charsOf(draft.text);
  const other = layout === "azerty" ? "qwerty" : "azerty";

  /** @param {string} key */
  const press = (key) => {
    forgive();
    setDraft(pressed(draft, key, maxChars));
  };
  /** @param {{ currentTarget: HTMLTextAreaElement }} event */
  const change = ({ currentTarget: { value, selectionStart } }) => {
    forgive();
    setDraft(changed(value, selectionStart, maxChars));
  };
  /** @param {{ currentTarget: HTMLTextAreaElement }} event */
  const select = ({ currentTarget: { selectionStart: start, selectionEnd: end, value: text } }) => {
    if (text === draft.text && (start !== draft.start || end !== draft.end)) setDraft({ text, start, end });
  };
  return (
    <Frame name={name} fixed>
      <div class="writing">
        <div class="writing__about">
          <h1 class="writing__label" id="writing">
            {label}
          </h1>
          <p class="writing__help" id="writing-help">
            {t("kiosk.write.help")}
          </p>
          {children}
        </div>
        <textarea
          ref={field}
          class="writing__field"
          inputMode="none"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          lang={language.value}
          dir="auto"
          aria-labelledby="writing"
          aria-describedby="writing-help writing-left"
          aria-invalid={problem ? true : undefined}
          value={draft.text}
          onInput={change}
          onSelect={select}
        />
        <div class="writing__row">
          <p class="writing__left" id="writing-left" data-few={left < TELL_LEFT_CHARS || undefined}>
            {t("kiosk.write.left", { n: left })}
          </p>
          <p class="writing__problem problem" role="alert">
            {problem}
          </p>
        </div>
        <div class="writing__deeds">
          <Button aria-disabled={!back} onClick={back ?? undefined}>
            {t("kiosk.write.cancel")}
          </Button>
          <Button aria-disabled={draft.text === ""} onClick={() => draft.text && press("{clear}")}>
            {t("kiosk.write.clear")}
          </Button>
          <Button onClick={() => setLayout(other)} aria-label={t("kiosk.write.layout", { layout: other.toUpperCase() })}>
            {other.toUpperCase()}
          </Button>
          <Button kind="primary" busy={sending} onClick={() => void send(draft.text)}>
            {t("kiosk.write.send")}
          </Button>
        </div>
        <OnScreenKeyboard layout={layout} begins={beginsSentence(draft.text.slice(0, draft.start))} onKey={press} label={t("kiosk.write.keyboard")} />
      </div>
    </Frame>
  );
}

/** @param {import("./context.js").Engine} engine */
function settingsOf({ seat }) {
  const now = seat.peek();
  return now.is === "seated" ? now.settings : null;
}

/** The field's caret is where the draft says. It has the focus from the moment it is seen: a real keyboard just writes. @param {import("../keyboard/typing.js").Draft} draft */
function useCaret({ text, start, end }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => {
    const here = field.current;
    if (!here) return;
    if (here.value !== text) here.value = text; // a paste that was cut to nothing new draws nothing anew
    if (here.selectionStart !== start || here.selectionEnd !== end) here.setSelectionRange(start, end);
    here.scrollTop = end === text.length ? here.scrollHeight : here.scrollTop;
  });
  return field;
}

/** @param {About} about */
function useSending(about) {
  const { engine, instead, kept } = useVisit();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState("");
  return {
    sending,
    problem,
    forgive: () => problem && setProblem(""),
    /** @param {string} text */
    async send(text) {
      if (isBlank(text)) return setProblem(t("kiosk.write.empty"));
      setSending(true);
      try {
        const contribution = await engine.write({ ...about, text: text.trim(), lang: language.peek() });
        kept.clear(); // whoever asked for help meanwhile does not come back to what is sent
        instead({ at: "thanks", board: about.board, contribution });
      } catch (refused) {
        const code = refused instanceof Error && "code" in refused ? String(refused.code) : "not_kept";
        if (code === "visit_over") return undefined; // it is kept; whoever wrote it has left
        if (code === "queue_full") return instead({ at: "full" });
        setProblem(code === "not_kept" ? t("kiosk.notice.refused") : tError({ code }));
      } finally {
        setSending(false);
      }
      return undefined;
    },
  };
}

// How a card stands in the lab's window: a picture and what it shows in words, a question, and how a visitor answers.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { charsOf, TextArea } from "../components/TextArea.jsx";
import { wordsOf } from "../components/cardWords.js";
import { quoted } from "../components/quoted.js";
import { percent } from "../components/results/scores.js";
import { showcaseOf } from "../core/lab.js";
import { t } from "../i18n/index.js";
import { RefusedHere } from "./Notices.jsx";
import { PICTURE_TYPES, pictureProblem, tooHeavy } from "./pictures.js";
import "./LabSheets.css";

/** @typedef {import("./deskApi.js").DeskApi} DeskApi */
/** @typedef {import("@protocol/generated/types.d.ts").Showcase} Showcase */

/** @type {readonly Showcase["asks"][]} */
const ASKS = ["agree", "stars", "reaction"];

/** @param {import("./Sheets.jsx").SheetProps & { api: DeskApi, card: string }} props */
export function WindowSheet({ store, desk, close, api, card: id }) {
  const board = store.board.value;
  const before = board ? showcaseOf(board, id) : null;
  const asks = useSignal(before?.asks ?? "agree");
  const question = useSignal(before?.question ?? "");
  const alternative = useSignal(before?.alternative ?? "");
  const missing = useSignal(false);
  const upload = useUpload(api, before?.picture ?? null);
  const picture = upload.picture.value;
  const saysNothing = picture !== null && !alternative.value.trim();
  const field = useRef(/** @type {HTMLTextAreaElement} */ (/** @type {unknown} */ (null)));
  /** @param {Event} [event] */
  const save = async (event) => {
    event?.preventDefault();
    if (upload.share.value !== null) return;
    missing.value = saysNothing;
    if (saysNothing) return field.current?.focus();
    const words = { question: question.value.trim() || null, alternative: picture ? alternative.value.trim() : null };
    const command = /** @type {const} */ ({ type: "card.showcase", card: id, showcase: { asks: asks.value, picture, ...words } });
    if (await desk.act(command, { done: "console.window.done" })) close();
    return undefined;
  };
  const takeOut = async () => {
    if (await desk.act({ type: "card.showcase", card: id, showcase: null }, { done: "console.window.gone" })) close();
  };
  return (
    <Sheet open title={t("console.window.in")} onClose={close}>
      <blockquote class="quoted-card">{quoted(wordsOf(store.cards.value.get(id)), 140)}</blockquote>
      <p class="quiet small">{t("console.window.about")}</p>
      <form class="panel__stack panel__stack--wide" onSubmit={(event) => void save(event)}>
        <TextArea
          label={t("console.window.question")}
          placeholder={t("console.window.question.usual")}
          autofocus
          rows={1}
          value={question.value}
          maxChars={LIMITS.SHOWCASE_QUESTION_CHARS}
          onInput={(value) => (question.value = value)}
          onSubmit={() => void save()}
        />
        <Segmented
          showLabel
          label={t("console.window.asks")}
          options={ASKS.map((value) => ({ value, label: t(`console.window.asks.${value}`) }))}
          value={asks.value}
          onChange={(value) => (asks.value = value)}
        />
        <PictureField upload={upload} address={picture ? api.pictureAddress(picture) : null} alternative={alternative.value} />
        {picture && (
          <TextArea
            label={t("console.picture.alternative")}
            hint={t("console.picture.alternative.about")}
            problem={missing.value && saysNothing ? t("console.picture.alternative.missing") : undefined}
            fieldRef={field}
            value={alternative.value}
            maxChars={LIMITS.ALTERNATIVE_CHARS}
            onInput={(value) => (alternative.value = value)}
            onSubmit={() => void save()}
          />
        )}
        <RefusedHere desk={desk} />
        <div class="panel__row">
          <Button
            type="submit"
            kind="strong"
            size="large"
            busy={desk.isUnderWay("card.showcase") || upload.share.value !== null}
            aria-disabled={charsOf(question.value) > LIMITS.SHOWCASE_QUESTION_CHARS}
          >
            {t(before ? "common.save" : "console.window.go")}
          </Button>
          {before && (
            <Button kind="bare" onClick={() => void takeOut()}>
              {t("console.window.out")}
            </Button>
          )}
        </div>
      </form>
    </Sheet>
  );
}

/** @typedef {ReturnType<typeof useUpload>} Upload */

/**
 * One picture, on its way or there. Choosing another, or leaving, gives up the one under way.
 * @param {DeskApi} api
 * @param {string | null} before the picture that stands there now
 */
function useUpload(api, before) {
  const picture = useSignal(before);
  /** How much of it has left, 0 … 1; null: nothing is on its way. */
  const share = useSignal(/** @type {number | null} */ (null));
  const problem = useSignal("");
  const underWay = useRef(/** @type {AbortController | null} */ (null));
  useEffect(() => () => underWay.current?.abort(), []);
  /** @param {File} file */
  const choose = async (file) => {
    underWay.current?.abort();
    const mine = (underWay.current = new AbortController());
    problem.value = "";
    share.value = null;
    if (file.size > LIMITS.PICTURE_BYTES) {
      problem.value = tooHeavy();
      return;
    }
    share.value = 0;
    try {
      const kept = await api.keepPicture(file, (sent) => underWay.current === mine && (share.value = sent), mine.signal);
      if (underWay.current === mine) picture.value = kept.picture;
    } catch (error) {
      if (underWay.current === mine) problem.value = pictureProblem(error);
    }
    if (underWay.current === mine) share.value = null;
  };
  const remove = () => {
    underWay.current?.abort();
    underWay.current = null;
    share.value = null;
    picture.value = null;
  };
  return { picture, share, problem, choose, remove };
}

/** @param {{ upload: Upload, address: string | null, alternative: string }} props */
function PictureField({ upload, address, alternative }) {
  const { share, problem, choose, remove } = upload;
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const sent = share.value;
  return (
    <div class="field picture-field">
      <label for={id}>{t("console.picture")}</label>
      <input
        id={id}
        ref={field}
        class="input"
        type="file"
        accept={PICTURE_TYPES}
        aria-describedby={`${id}-about`}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) void choose(file);
        }}
      />
      <p id={`${id}-about`} class="quiet small">
        {t("console.picture.about")}
      </p>
      {sent !== null && <progress value={sent} max={1} aria-label={t("console.picture.sending")} />}
      <p class="small" role="status">
        {sent !== null && (sent < 1 ? t("console.picture.sent", { share: percent(sent * 100) }) : t("console.picture.drawing"))}
      </p>
      {problem.value && (
        <p class="problem small" role="alert">
          {problem.value}
        </p>
      )}
      {address && sent === null && (
        <div class="picture-field__shown">
          <img src={address} alt={alternative || t("console.picture.unsaid")} />
          <Button
            kind="bare"
            onClick={() => {
              remove();
              if (field.current) field.current.value = ""; // the same file again is a choice again
              field.current?.focus();
            }}
          >
            {t("console.picture.remove")}
          </Button>
        </div>
      )}
    </div>
  );
}

// A rebound: how, on which idea or ideas, in which words, and, if one likes, what one owes them. Credit needs no typing.
import { useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { quoted } from "../../components/quoted.js";
import { Sheet } from "../../components/Sheet.jsx";
import { charsOf, TextArea } from "../../components/TextArea.jsx";
import { VerbPicker } from "../../components/VerbPicker.jsx";
import { nameOf } from "../../components/AuthorMark.jsx";
import { Refused } from "../../core/refused.js";
import { language, t } from "../../i18n/index.js";
import { notify } from "../notice.js";
import { authorOf } from "../PhoneCard.jsx";
import { Later } from "../later.jsx";
import "./rebound.css";

/** @typedef {import("@protocol/generated/types.d.ts").Verb} Verb */
/** @typedef {import("../BoardScreen.jsx").Desk} Desk */

/**
 * @param {{ desk: Desk, from: readonly string[], onClose: () => void, row?: number, verb?: Verb }} props
 *   `row`: a refused rebound being mended
 */
export default function ReboundSheet({ desk, from, onClose, row, verb: before = "extends" }) {
  const { store, draftOf } = desk;
  // words half written belong to the idea they start from: on another one the sheet is empty, and here they are again
  const about = row ?? from[0];
  const rebound = draftOf(`rebound.${about}`);
  const owes = draftOf(`owes.${about}`);
  const [parents, setParents] = useState([...from]);
  const [verb, setVerb] = useState(before);
  const [picking, setPicking] = useState(false);
  const [problem, setProblem] = useState("");
  const field = useRef(/** @type {HTMLTextAreaElement} */ (/** @type {unknown} */ (null)));
  const limits = store.limits.value;
  const text = rebound.text.value;
  const owed = owes.text.value;
  const tooLong = charsOf(text.trim()) > limits.card_text_chars || charsOf(owed.trim()) > limits.owes_chars;
  const lacksSecond = verb === "combines" && parents.length < 2;

  const send = async () => {
    const words = text.trim();
    if (lacksSecond) return setPicking(true);
    if (!words || tooLong) {
      if (!words) setProblem(t("error.text_empty"));
      field.current?.focus();
      return undefined;
    }
    const debt = owed.trim();
    const section = store.cards.peek().get(parents[0] ?? "")?.section;
    /** @type {import("@protocol/generated/types.d.ts").CardRebound} */
    const command = {
      type: "card.rebound",
      parents,
      verb,
      text: words,
      lang: language.peek(),
      ...(debt ? { owes: debt } : {}),
      ...(section ? { section } : {}),
    };
    rebound.lift();
    owes.lift();
    store.writing(false);
    onClose();
    try {
      const answer = row === undefined ? (await store.keep(command)).answer : store.retry(row, command);
      rebound.drop();
      owes.drop();
      if (store.status.value !== "live") notify(t("phone.compose.kept"));
      await answer;
      notify(t("phone.compose.sent"));
    } catch (error) {
      if (error instanceof Refused) notify(t("phone.compose.refused"), "bad");
      else rebound.write(words);
    }
    return undefined;
  };

  if (picking) {
    return (
      <Later
        name="later/pick"
        desk={desk}
        title={t("phone.rebound.pick")}
        taken={parents}
        onClose={() => setPicking(false)}
        onPick={(/** @type {string} */ card) => {
          setParents([...parents, card]);
          setVerb("combines");
          setPicking(false);
        }}
      />
    );
  }
  return (
    <Sheet
      open
      title={t("phone.rebound.title")}
      onClose={onClose}
      foot={
        <Button kind="primary" size="large" class="rebound__send" aria-disabled={tooLong} onClick={() => void send()}>
          {t("phone.rebound.send")}
        </Button>
      }
    >
      <section class="rebound__from">
        <h3>{t("phone.rebound.from", { n: parents.length })}</h3>
        <ul class="rebound__parents">
          {parents.map((id) => (
            <li key={id}>
              <Parent desk={desk} id={id} onRemove={parents.length > 1 ? () => setParents(parents.filter((one) => one !== id)) : null} />
            </li>
          ))}
        </ul>
        {lacksSecond && <p class="quiet small">{t("phone.rebound.needTwo")}</p>}
        {verb === "combines" && parents.length < limits.parents_per_card && (
          <Button onClick={() => setPicking(true)}>{t("phone.rebound.add")}</Button>
        )}
        {parents.length >= limits.parents_per_card && <p class="quiet small">{t("phone.rebound.full")}</p>}
      </section>
      <VerbPicker label={t("phone.rebound.verb")} value={verb} onChange={setVerb} />
      <TextArea
        label={t("phone.rebound.text")}
        value={text}
        rows={2}
        maxChars={limits.card_text_chars}
        problem={problem || undefined}
        fieldRef={field}
        onInput={(value) => {
          rebound.write(value);
          if (problem) setProblem("");
          store.writing(value !== "");
        }}
        onSubmit={() => void send()}
        onBlur={() => store.writing(false)}
      />
      <TextArea
        label={t("phone.rebound.owes")}
        value={owed}
        rows={1}
        maxChars={limits.owes_chars}
        onInput={owes.write}
        onSubmit={() => void send()}
      />
    </Sheet>
  );
}

/** @param {{ desk: Desk, id: string, onRemove: (() => void) | null }} props */
function Parent({ desk, id, onRemove }) {
  const card = desk.store.cards.value.get(id);
  const words = card?.text || t("phone.detail.gone");
  return (
    <div class="rebound__parent">
      <p class="rebound__words">{words}</p>
      {card?.author && <span class="quiet small">{nameOf(authorOf(desk, card))}</span>}
      {onRemove && (
        <Button kind="bare" iconOnly aria-label={t("phone.rebound.remove", { text: quoted(words) })} onClick={onRemove}>
          <svg class="sheet__cross" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 3l10 10M13 3 3 13" />
          </svg>
        </Button>
      )}
    </div>
  );
}

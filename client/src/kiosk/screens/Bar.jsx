// Under every screen, where a hand is and a wheelchair reaches: back, language, larger text, contrast, read aloud, help,
// start over. Seven, and the same seven everywhere, so that nobody looks for them twice (WCAG 2.2, 3.2.6).
import { languages } from "../../i18n/languages.js";
import { language, t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { useReading } from "./useReading.js";
import "./Bar.css";

const SIZES = /** @type {const} */ (["normal", "large", "largest"]);

/** Strokes in a 24 × 24 box. */
const SIGNS = {
  back: "M19 12H5.5M11 5.5 4.5 12l6.5 6.5",
  language: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18ZM3 12h18M12 3c5 5 5 13 0 18c-5-5-5-13 0-18",
  contrast: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18ZM12 3v18M15 5v14M18 7.5v9",
  listen: "M4 9.5v5h3.5l5 4v-13l-5 4ZM16 9c1.5 1.8 1.5 4.2 0 6M18.7 6.5c3 3.2 3 7.8 0 11",
  hush: "M7 6h3.5v12H7ZM13.5 6H17v12h-3.5Z",
  help: "M8.5 8.8c0-2.3 1.6-3.8 3.7-3.8s3.6 1.3 3.6 3.4c0 3-3.7 3-3.7 6.1M12.1 18.8v.3",
  over: "M5 12a7.2 7.2 0 1 0 2.3-5.3M7.8 2.7 7 7l4.3.8",
};

/** @param {{ root: import("preact").RefObject<HTMLElement | null> }} props `root`: what is read aloud */
export function Bar({ root }) {
  const { engine, go, back, over } = useVisit();
  const { look, active } = engine.visit;
  const reading = useReading(engine, root);
  const size = look.textSize.value;
  const high = look.contrast.value === "high";
  const [first = "en", second = "fr", ...others] = Object.keys(languages);
  const other = language.value === first ? second : first;
  return (
    <nav class="bar" aria-label={t("kiosk.bar")}>
      <Item sign="back" word={t("kiosk.bar.back")} onPress={back} />
      {others.length > 0 ? (
        <Item sign="language" word={t("kiosk.bar.language")} onPress={() => go({ at: "languages" })} />
      ) : (
        <Item sign="language" word={languages[other] ?? other} lang={other} onPress={() => look.setLocale(other)} />
      )}
      <Item
        letters="A"
        step={SIZES.indexOf(size)}
        word={t("kiosk.bar.size")}
        about={t(/** @type {const} */ ({ normal: "kiosk.bar.size.1", large: "kiosk.bar.size.2", largest: "kiosk.bar.size.3" })[size])}
        onPress={() => look.setTextSize(SIZES[(SIZES.indexOf(size) + 1) % SIZES.length] ?? "normal")}
      />
      <Item
        sign="contrast"
        word={t("kiosk.bar.contrast")}
        about={t("kiosk.bar.contrast.about")}
        pressed={high}
        onPress={() => look.setContrast(high ? "normal" : "high")}
      />
      <Item
        sign={reading.going ? "hush" : "listen"}
        word={t(reading.going ? "kiosk.bar.hush" : "kiosk.bar.listen")}
        about={t(reading.going ? "kiosk.bar.hush.about" : "kiosk.bar.listen.about")}
        onPress={reading.possible ? reading.toggle : null}
      />
      <Item sign="help" word={t("kiosk.bar.help")} onPress={() => go({ at: "help" })} />
      <Item sign="over" word={t("kiosk.bar.over")} about={t("kiosk.bar.over.about")} onPress={active.value ? over : null} />
    </nav>
  );
}

/**
 * @param {{
 *   sign?: keyof typeof SIGNS,
 *   letters?: string,
 *   step?: number,
 *   word: string,
 *   about?: string,
 *   lang?: string,
 *   pressed?: boolean,
 *   onPress: (() => void) | null,
 * }} props `onPress` null: not here; it keeps its place, so that the others keep theirs
 */
function Item({ sign, letters, step, word, about, lang, pressed, onPress }) {
  return (
    <button
      type="button"
      class="bar__item"
      lang={lang}
      aria-label={about && about !== word ? about : undefined}
      aria-pressed={pressed}
      aria-disabled={onPress ? undefined : true}
      onClick={onPress ?? undefined}
    >
      {sign ? (
        <svg class="bar__sign" viewBox="0 0 24 24" aria-hidden="true">
          <path d={SIGNS[sign]} />
        </svg>
      ) : (
        <span class="bar__sign bar__letters" data-step={step} aria-hidden="true">
          <b data-letters={letters} />
          <span>
            <i />
            <i />
            <i />
          </span>
        </span>
      )}
      <span class="bar__word">{word}</span>
    </button>
  );
}

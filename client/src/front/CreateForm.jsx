// A question, a template with its plan, a language, who comes in and under what name: enough to begin.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { createBoard } from "../core/http.js";
import { Refused } from "../core/refused.js";
import { language, t, tError } from "../i18n/index.js";
import { languages } from "../i18n/languages.js";
import { keepMadeBoard } from "./madeBoards.js";
import { templatesIn } from "./templates.js";

/** @typedef {import("@protocol/generated/types.d.ts").TemplateFace} TemplateFace */
/** @typedef {import("@protocol/generated/types.d.ts").Locale} Locale */
/** @typedef {import("@protocol/generated/types.d.ts").NewBoard} NewBoard */
/** @typedef {import("@protocol/generated/types.d.ts").Access} Access */
/** @typedef {"optional" | "required" | "avatar" | "anonymous"} Names */

/** The languages a board itself can be in: its template's words. @type {readonly Locale[]} */
const BOARD_LOCALES = ["en", "fr"];
const NAMES = /** @type {const} */ (["optional", "required", "avatar", "anonymous"]);
const ACCESSES = /** @type {const} */ (["open", "passphrase", "approval"]);

/** What "names" means on the wire. @type {Record<Names, Required<Pick<NewBoard, "name_asked" | "anonymous">>>} */
const ASKED = {
  optional: { name_asked: "optional", anonymous: false },
  required: { name_asked: "required", anonymous: false },
  avatar: { name_asked: "avatar", anonymous: false },
  anonymous: { name_asked: "no", anonymous: true },
};

export function CreateForm() {
  const [title, setTitle] = useState("");
  const [template, setTemplate] = useState("brainstorm");
  const [chosenLocale, setLocale] = useState(/** @type {Locale | null} */ (null));
  const [names, setNames] = useState(/** @type {Names} */ ("optional"));
  const [access, setAccess] = useState(/** @type {Access} */ ("open"));
  const [passphrase, setPassphrase] = useState("");
  const [key, setKey] = useState("");
  const [closed, setClosed] = useState(false);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [faces, setFaces] = useState(/** @type {TemplateFace[] | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const secret = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();
  const locale = chosenLocale ?? BOARD_LOCALES.find((code) => code === language.value) ?? "en";

  useEffect(() => {
    let wanted = true;
    void templatesIn(locale).then((found) => wanted && setFaces(found));
    return () => {
      wanted = false;
    };
  }, [locale]);

  /** @param {Event} event */
  const create = async (event) => {
    event.preventDefault();
    if (busy) return;
    setProblem("");
    if (!title.trim()) {
      setProblem(t("front.create.empty"));
      field.current?.focus();
      return;
    }
    if (access === "passphrase" && !passphrase.trim()) {
      setProblem(t("front.create.passphrase.empty"));
      secret.current?.focus();
      return;
    }
    setBusy(true);
    try {
      const entry = { access, ...(access === "passphrase" ? { passphrase } : {}) };
      const made = await createBoard({ title, template, locale, ...ASKED[names], ...entry }, key || undefined);
      keepMadeBoard({ ...made, title: title.trim(), made_ms: Date.now() });
      location.assign(`/console/${made.id}#t=${made.tokens.moderator}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === "creation_closed") setClosed(true);
      setProblem(tError(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="front__panel create" onSubmit={create} noValidate>
      <header>
        <h2>{t("front.create")}</h2>
        <p class="quiet">{t("front.create.about")}</p>
      </header>
      <div class="field">
        <label for={id}>{t("front.create.title")}</label>
        <input
          id={id}
          ref={field}
          class="input"
          value={title}
          maxLength={LIMITS.TITLE_CHARS}
          placeholder={t("front.create.example")}
          autocomplete="off"
          aria-describedby={`${id}-problem`}
          aria-invalid={problem && !title.trim() ? "true" : undefined}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </div>
      {/* What stands below the templates comes with them, or it would move away under a finger. */}
      {faces === null ? (
        <div class="create__coming" />
      ) : (
        <>
          <TemplateCards faces={faces} value={template} onChange={setTemplate} />
          <div class="create__row">
            <Segmented
              showLabel
              label={t("front.create.locale")}
              options={BOARD_LOCALES.map((code) => ({ value: code, label: languages[code] ?? code, lang: code }))}
              value={locale}
              onChange={setLocale}
            />
            <div class="create__names">
              <Segmented
                showLabel
                label={t("front.create.names")}
                options={NAMES.map((value) => ({ value, label: t(`front.create.names.${value}`) }))}
                value={names}
                onChange={setNames}
              />
              <p class="quiet small">{t(`front.create.names.${names}.about`)}</p>
            </div>
            <div class="create__names">
              <Segmented
                showLabel
                label={t("front.create.access")}
                options={ACCESSES.map((value) => ({ value, label: t(`front.create.access.${value}`) }))}
                value={access}
                onChange={setAccess}
              />
              <p class="quiet small">{t(`front.create.access.${access}.about`)}</p>
              {access === "passphrase" && (
                <div class="field">
                  <label for={`${id}-secret`}>{t("front.create.passphrase")}</label>
                  <input
                    id={`${id}-secret`}
                    ref={secret}
                    class="input"
                    value={passphrase}
                    maxLength={LIMITS.PASSPHRASE_CHARS}
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck={false}
                    aria-invalid={problem && !passphrase.trim() ? "true" : undefined}
                    onInput={(event) => setPassphrase(event.currentTarget.value)}
                  />
                </div>
              )}
            </div>
          </div>
        </>
      )}
      {closed && (
        <div class="field">
          <label for={`${id}-key`}>{t("front.create.key")}</label>
          <input
            id={`${id}-key`}
            class="input"
            type="password"
            autocomplete="off"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </div>
      )}
      <div class="create__go">
        <p id={`${id}-problem`} class="problem" role="alert">
          {problem}
        </p>
        <Button type="submit" kind="strong" size="large" busy={busy}>
          {t("front.create.go")}
        </Button>
      </div>
    </form>
  );
}

/**
 * The templates of this server; where they cannot be had, a board still begins as a brainstorm.
 * @param {{ faces: TemplateFace[], value: string, onChange: (name: string) => void }} props
 */
function TemplateCards({ faces, value, onChange }) {
  if (faces.length === 0) return null;
  const chosen = faces.find((face) => face.name === value);
  return (
    <fieldset>
      <legend>
        <strong>{t("front.create.template")}</strong>
      </legend>
      <div class="create__templates">
        {faces.map((face) => (
          <label key={face.name} class="create__template" data-checked={face.name === value || undefined}>
            <input
              type="radio"
              name="template"
              value={face.name}
              checked={face.name === value}
              onChange={() => onChange(face.name)}
            />
            <strong>{face.title}</strong>
            <span class="quiet small">{face.about}</span>
            <span class="small">
              {[face.sections > 0 && t("front.create.sections", { n: face.sections }), t("front.create.steps", { n: face.steps.length })]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </label>
        ))}
      </div>
      {chosen && chosen.steps.length > 0 && (
        <div class="create__plan">
          <p class="quiet small">{t("front.create.plan", { title: chosen.title })}</p>
          <ol class="create__steps">
            {chosen.steps.map((step, place) => (
              <li key={place}>{step}</li>
            ))}
          </ol>
          <p class="quiet small">{t("front.create.plan.about")}</p>
        </div>
      )}
    </fieldset>
  );
}

// Coming in: what the board asks about, a name where it asks for one, a segment in one tap, one button.
import { useEffect, useId, useState } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Screen } from "../components/Screen.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { LanguageSwitch } from "../components/Segmented.jsx";
import { Logo } from "../components/VerbIcon.jsx";
import { boardFace, joinBoard } from "../core/http.js";
import { joinDevice } from "../core/identity.js";
import { Refused } from "../core/refused.js";
import { askAgain } from "../core/retrying.js";
import { detectLanguage, t, tError } from "../i18n/index.js";
import { LIMITS } from "@protocol/generated/tables.js";
import { Lost } from "./Phone.jsx";
import "./JoinScreen.css";

/** @typedef {import("@protocol/generated/types.d.ts").BoardFace} BoardFace */
/** @typedef {import("../core/identity.js").Seat} Seat */

/** @param {{ code: string, onJoined: (seat: Seat) => void }} props */
export function JoinScreen({ code, onJoined }) {
  const [face, setFace] = useState(/** @type {BoardFace | null} */ (null));
  const [trouble, setTrouble] = useState(/** @type {Refused | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const again = () => setAttempt((count) => count + 1);

  useEffect(() => {
    let left = false;
    boardFace(code).then(
      (found) => {
        if (left) return;
        setTrouble(null);
        setFace(found);
        void detectLanguage(found.locale);
      },
      (error) => {
        if (!left) setTrouble(error);
      },
    );
    return () => {
      left = true;
    };
  }, [code, attempt]);
  useEffect(() => {
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, []);

  if (face) return <JoinForm face={face} code={code} onJoined={onJoined} />;
  if (trouble?.code === "unknown_board" || trouble?.code === "invalid" || trouble?.code === "not_found") return <Lost />;
  if (trouble) {
    return <Screen whole kind="offline" sentence={tError(trouble)} action={{ label: t("common.retry"), onPress: again }} />;
  }
  return <Screen whole kind="loading" />;
}

/** @param {{ face: BoardFace, code: string, onJoined: (seat: Seat) => void }} props */
function JoinForm({ face, code, onJoined }) {
  const [name, setName] = useState("");
  const [segment, setSegment] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [waiting, setWaiting] = useState(/** @type {{ now: () => void } | null} */ (null));
  const [tried, setTried] = useState(false);
  const id = useId();
  const asksName = face.name_asked !== "no" && !face.anonymous;
  const needsName = asksName && face.name_asked === "required";

  /** @param {Event} event */
  const enter = async (event) => {
    event.preventDefault();
    if (waiting) return waiting.now();
    if (busy) return;
    if (needsName && !name.trim()) {
      setProblem(t("phone.join.nameNeeded"));
      document.getElementById(`${id}-name`)?.focus();
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      const who = { name: asksName && name.trim() ? name.trim() : null, segment, device: joinDevice(code) };
      const { board, participant, token } = await askAgain(
        () => joinBoard(code, who), // the device makes it the same person, however often it arrives
        (wait) => {
          setWaiting(wait);
          setTried(true);
        },
      );
      onJoined({ board, token, seat: `${board}.${participant}` });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(tError(error));
      setBusy(false);
      setTried(false);
    }
  };

  return (
    <main class="join">
      <header class="join__head">
        <Logo label="Rebond" />
        <LanguageSwitch />
      </header>
      <form class="join__form" onSubmit={enter} noValidate>
        <div class="join__title">
          <p class="quiet">{t("phone.join.lead")}</p>
          <h1>{face.title}</h1>
        </div>
        {asksName && (
          <div class="field">
            <label for={`${id}-name`}>{t(needsName ? "phone.join.name" : "phone.join.nameOptional")}</label>
            <input
              class="input"
              id={`${id}-name`}
              value={name}
              maxLength={LIMITS.NAME_CHARS}
              readOnly={busy}
              autoComplete="nickname"
              autoCapitalize="words"
              enterkeyhint="go"
              aria-describedby={`${id}-hint`}
              aria-invalid={problem && needsName && !name.trim() ? "true" : undefined}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <p class="quiet small" id={`${id}-hint`}>
              {t(needsName ? "phone.join.nameHintNeeded" : "phone.join.nameHint")}
            </p>
          </div>
        )}
        {face.segments.length > 0 && (
          <fieldset class="join__segments field" aria-describedby={`${id}-why`} disabled={busy}>
            <legend>{t("phone.join.segment")}</legend>
            <p class="quiet small" id={`${id}-why`}>
              {t("phone.join.segmentWhy")}
            </p>
            <div class="join__choices">
              {face.segments.map((one, place) => (
                <label key={one.id} class="join__choice">
                  <input
                    type="radio"
                    name="segment"
                    value={one.id}
                    checked={segment === one.id}
                    onChange={() => setSegment(one.id)}
                  />
                  <SegmentMark place={place} />
                  <span>{one.label}</span>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        {face.anonymous && <p class="quiet small">{t("phone.join.anonymous")}</p>}
        <div class="join__go">
          {problem && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          <p role="status">{tried && t("phone.join.again")}</p>
          <Button type="submit" kind="primary" size="large" busy={busy && !waiting}>
            {t(waiting ? "phone.join.now" : busy ? "phone.join.entering" : "phone.join.enter")}
          </Button>
        </div>
      </form>
    </main>
  );
}

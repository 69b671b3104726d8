// Coming in: what the board asks about, a name where it asks for one, a segment in one tap, one button.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { avatarWords } from "../components/avatarWords.js";
import { Button } from "../components/Button.jsx";
import { Screen } from "../components/Screen.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { LanguageSwitch } from "../components/Segmented.jsx";
import { Logo } from "../components/VerbIcon.jsx";
import { boardFace, joinBoard } from "../core/http.js";
import { hasKnocked, joinDevice } from "../core/identity.js";
import { randomId } from "../core/ids.js";
import { Refused } from "../core/refused.js";
import { askAgain } from "../core/retrying.js";
import { detectLanguage, fetchRefusals, t, tError } from "../i18n/index.js";
import { LIMITS } from "@protocol/generated/tables.js";
import { afterwards, Later, useLate } from "./later.jsx";
import { Lost } from "./Phone.jsx";
import "./JoinScreen.css";

/** @typedef {import("@protocol/generated/types.d.ts").BoardFace} BoardFace */
/** @typedef {import("../core/identity.js").Seat} Seat */
/**
 * Another way in than by the board's own door, at which nobody is asked for a passphrase or kept waiting then. `known`: what
 * there is to ask is known already; `face`: what there is to ask, unless there is no use in asking.
 * @typedef {{ lead: string, known: boolean, face: typeof boardFace, join: typeof joinBoard }} Way
 */

/** @param {{ code: string, invitation?: string | null, way?: Way, onJoined: (seat: Seat) => void }} props */
export function JoinScreen({ code, invitation = null, way, onJoined }) {
  const [face, setFace] = useState(/** @type {BoardFace | null} */ (null));
  const [trouble, setTrouble] = useState(/** @type {Refused | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const again = () => setAttempt((count) => count + 1);
  const late = useLate();
  const ask = useRef(boardFace);
  ask.current = way?.face ?? boardFace;

  useEffect(() => {
    let left = false;
    ask.current(code, invitation).then(
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
  }, [code, invitation, attempt]);
  useEffect(() => {
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, []);

  if (face) return <JoinForm face={way ? { ...face, access: "open" } : face} code={code} invitation={invitation} way={way} onJoined={onJoined} />;
  if (trouble?.code === "unknown_board" || trouble?.code === "invalid" || trouble?.code === "not_found") return <Lost />;
  if (trouble) {
    return <Screen whole kind="offline" sentence={tError(trouble)} action={{ label: t("common.retry"), onPress: again }} />;
  }
  return late ? <Screen whole kind="loading" /> : null;
}

/**
 * What a board may ask besides a name and a segment; of the avatar what its words are made from.
 * @typedef {{ avatar: string, passphrase: string, email: string }} More
 */

/** @param {{ face: BoardFace, code: string, invitation: string | null, way?: Way, onJoined: (seat: Seat) => void }} props */
function JoinForm({ face, code, invitation, way, onJoined }) {
  const [name, setName] = useState("");
  const [more, setMore] = useState(() => /** @type {More} */ ({ avatar: randomId(), passphrase: "", email: "" }));
  const known = useRef(way?.known ?? hasKnocked(code));
  const [knocking, setKnocking] = useState(known.current);
  const [full, setFull] = useState(false);
  const here = useRef(true);
  useEffect(() => () => void (here.current = false), []);
  const [segment, setSegment] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [waiting, setWaiting] = useState(/** @type {{ now: () => void } | null} */ (null));
  const [tried, setTried] = useState(false);
  const id = useId();
  const asksName = (face.name_asked === "optional" || face.name_asked === "required") && !face.anonymous;
  const asksAvatar = face.name_asked === "avatar" && !face.anonymous;
  const asksMore = asksAvatar || face.access === "passphrase" || face.email_asked;
  const needsName = asksName && face.name_asked === "required";

  const enter = async () => {
    if (waiting) return waiting.now();
    if (busy) return;
    if (needsName && !name.trim() && !known.current) {
      setProblem(t("phone.join.nameNeeded"));
      document.getElementById(`${id}-name`)?.focus();
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      const { board, participant, token, role } = await come();
      if (role === "moderator") location.assign(`/console/${board}#t=${token}`);
      else onJoined({ board, token, seat: `${board}.${participant}` });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      known.current = false;
      await fetchRefusals();
      setFull(error.code === "board_full");
      const asked = error.code === "wrong_passphrase" ? "passphrase" : String(error.details?.["field"]);
      setProblem(knocking && !way && error.code === "removed" ? t("phone.join.notIn") : asked === "email" ? t("phone.join.emailWrong") : tError(error));
      setKnocking(false);
      setBusy(false);
      setTried(false);
      document.querySelector(`.join__${asked} input`)?.scrollIntoView({ block: "center" });
    }
  };

  /**
   * Joins, and where people are let in one by one, knocks until somebody has decided.
   * @returns {Promise<import("@protocol/generated/types.d.ts").Joined>}
   */
  const come = async () => {
    const said = asksAvatar ? avatarWords(more.avatar) : asksName ? name.trim() : "";
    const wish = {
      name: said || null,
      segment,
      device: joinDevice(code),
      invitation,
      passphrase: more.passphrase.trim() || null,
      email: more.email.trim() || null,
    };
    const join = (/** @type {Partial<import("@protocol/generated/types.d.ts").Join>} */ change) =>
      askAgain(
        () => (way?.join ?? joinBoard)(code, { ...wish, ...change }), // the device makes it the same person, however often it arrives
        (wait) => {
          setWaiting(wait);
          setTried(true);
        },
      );
    let answer = null;
    try {
      if (way || !known.current) return await join({});
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "waiting_for_approval") throw error;
      answer = error;
    }
    const { knock } = await afterwards();
    setKnocking(true); // and it is kept for a page that is loaded again, before that is said
    return knock({ code, name: wish.name, segment, answer, join, here });
  };

  const goOn = useRef(enter);
  useEffect(() => {
    if (known.current) void goOn.current();
  }, []);

  // what is wrong with the name is said at the name
  const unnamed = problem === t("phone.join.nameNeeded");
  const said = problem && (
    <p class="problem" role="alert" id={unnamed ? `${id}-wrong` : undefined}>
      {problem}
    </p>
  );
  if (full) return <Screen whole kind="full" action={{ label: t("common.retry"), onPress: () => setFull(false) }} />;
  if (knocking) return <Screen whole kind="loading" sentence={way?.lead ?? t("phone.join.knocking")} />;
  return (
    <main class="join">
      <header class="join__head">
        <Logo label="Rebond" />
        <LanguageSwitch />
      </header>
      <form
        class="join__form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <div class="join__title">
          <p class="quiet">{way?.lead ?? t(face.invited ? `phone.join.as.${face.invited}` : "phone.join.lead")}</p>
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
              aria-describedby={`${id}-hint${unnamed ? ` ${id}-wrong` : ""}`}
              aria-invalid={unnamed || undefined}
              onInput={(event) => {
                setName(event.currentTarget.value);
                setProblem("");
              }}
            />
            {unnamed && said}
            <p class="quiet small" id={`${id}-hint`}>
              {t(needsName ? "phone.join.nameHintNeeded" : "phone.join.nameHint")}
            </p>
          </div>
        )}
        {asksMore && (
          <Later quiet name="later/joinMore" face={face} more={more} onMore={setMore} busy={busy} asksAvatar={asksAvatar} />
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
          {!unnamed && said}
          <p role="status">{tried && t("phone.join.again")}</p>
          <Button type="submit" kind="primary" size="large" busy={busy && !waiting}>
            {t(waiting ? "phone.join.now" : busy ? "phone.join.entering" : "phone.join.enter")}
          </Button>
        </div>
      </form>
    </main>
  );
}

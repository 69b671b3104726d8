// A screen that belongs to no board yet: which board, then a code that somebody who steers it types on the console.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { Screen } from "../../components/Screen.jsx";
import { clockText } from "../../components/timeLeft.js";
import { t, tError } from "../../i18n/index.js";
import { CODE_PAGES } from "../keyboard/layouts.js";
import { Keys } from "../keyboard/OnScreenKeyboard.jsx";
import { useVisit } from "./context.js";
import { Frame } from "./Frame.jsx";
import { useEvery } from "./useEvery.js";
import "./Pairing.css";

/** A join code has five characters; ids of boards, which also lead there, are not typed on a screen. */
const CODE_CHARS = 5;

/** It was a kiosk until now. */
const REVOKED = new Set(["removed", "bad_token", "expired_token", "wrong_board"]);

/** @param {{ problem: string | null }} props why the last try came to nothing */
export function AskBoard({ problem }) {
  const { engine } = useVisit();
  const [code, setCode] = useState("");
  const whole = code.length === CODE_CHARS;
  const begin = () => void (whole && engine.pairing.begin(code));
  /** @param {string} typed */
  const type = (typed) => setCode(typed.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, CODE_CHARS));
  return (
    <Frame name="ask" title={t("kiosk.pair.ask")} about={t(REVOKED.has(problem ?? "") ? "kiosk.notice.revoked" : "kiosk.pair.ask.about")}>
      <form
        class="pairing"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <input
          class="pairing__field"
          inputMode="none"
          autoComplete="off"
          spellcheck={false}
          maxLength={CODE_CHARS}
          aria-label={t("kiosk.pair.ask")}
          aria-describedby="pairing-problem"
          value={code}
          onInput={({ currentTarget }) => type(currentTarget.value)}
        />
        <p class="pairing__problem problem" role="alert" id="pairing-problem">
          {problem && !REVOKED.has(problem) && problemWords(problem)}
        </p>
        <Keys rows={CODE_PAGES} page="letters" label={t("kiosk.write.keyboard")} onPress={(key) => type(key === "{bksp}" ? code.slice(0, -1) : code + key)} />
        <Button kind="primary" type="submit" aria-disabled={!whole}>
          {t("kiosk.pair.ask.go")}
        </Button>
      </form>
    </Frame>
  );
}

/** @param {string} code */
function problemWords(code) {
  if (code === "unknown_board" || code === "not_found") return t("kiosk.pair.unknown");
  return code === "unreachable" ? t("kiosk.pair.unreachable") : tError({ code });
}

const STEPS = /** @type {const} */ (["kiosk.pair.step1", "kiosk.pair.step2", "kiosk.pair.step3"]);

/** @param {{ wanted: string, code: string | null, expires_ms: number | null, problem: string | null }} props `wanted`: the board; `expires_ms`: by the server's clock */
export function ShowCode({ wanted, code, expires_ms, problem }) {
  const { engine } = useVisit();
  useEvery(1_000);
  const left_s = expires_ms === null ? 0 : Math.max(0, Math.ceil((expires_ms - engine.now_ms()) / 1_000));
  return (
    <Frame name="pairing" title={t("kiosk.pair.title")} about={wanted.length === CODE_CHARS ? t("kiosk.pair.about.code", { code: wanted.toUpperCase() }) : t("kiosk.pair.about")}>
      {code === null ? (
        <Screen kind={problem ? "offline" : "loading"} sentence={problem ? problemWords(problem) : t("kiosk.pair.waiting")} />
      ) : (
        <>
          {/* read as letters, not as a word */}
          <p class="pairing__code" role="status" aria-label={`${t("kiosk.pair.code")} ${[...code].join(" ")}`}>
            {[...code].map((char, at) => (
              <span key={at} aria-hidden="true">
                {char}
              </span>
            ))}
          </p>
          <p class="pairing__left">{t("kiosk.pair.left", { time: clockText(left_s) })}</p>
          <ol class="pairing__steps">
            {STEPS.map((step) => (
              <li key={step}>{t(step)}</li>
            ))}
          </ol>
        </>
      )}
      <Button onClick={engine.pairing.cancel}>{t("kiosk.pair.other")}</Button>
    </Frame>
  );
}

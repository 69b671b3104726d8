// Behind the quiet door: the PIN, then what the people of the place need, and no more. Nothing here touches what visitors
// wrote. What cannot be taken back stands apart from what is done every day, says what follows, and is asked twice; it has no
// colour of its own, for the one coloured button is what there is to do.
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { momentText } from "../../i18n/dates.js";
import { language, t } from "../../i18n/index.js";
import { languages } from "../../i18n/languages.js";
import { useVisit } from "./context.js";
import { Frame } from "./Frame.jsx";
import { bytesText } from "./sizes.js";
import "./Staff.css";

/** Long enough for a cloth, short enough to wait for. */
const CLEANING_S = 30;
const PIN_CHARS = 8;
const PIN_LEAST = 4;
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export function PinPad() {
  const { engine } = useVisit();
  const { staff } = engine;
  const [pin, setPin] = useState("");
  const wait = staff.wait_s.value;
  const busy = staff.state.value === "checking";
  const hasPin = engine.seat.value.is === "seated" && engine.seat.value.hasPin;

  /** @param {string} digit */
  const type = (digit) => setPin((now) => (now + digit).slice(0, PIN_CHARS));
  const enter = async () => {
    if (wait > 0 || busy) return;
    await staff.check(pin);
    setPin("");
  };
  useEffect(() => {
    if (!hasPin) void staff.check("");
  }, [hasPin, staff]);
  useKeys((key) => {
    if (/^\d$/.test(key)) type(key);
    else if (key === "Backspace") setPin((now) => now.slice(0, -1));
    else if (key === "Escape") staff.close();
    else if (key === "Enter" && pin.length >= PIN_LEAST && !(document.activeElement instanceof HTMLButtonElement)) void enter();
  });
  return (
    <Frame name="pin" title={t("kiosk.pin.title")} about={t("kiosk.pin.about")}>
      <p class="pin__dots" role="status" aria-label={t("kiosk.pin.typed", { n: pin.length })}>
        {Array.from({ length: Math.max(4, pin.length) }, (_, at) => (
          <i key={at} data-typed={at < pin.length || undefined} />
        ))}
      </p>
      <p class="pin__problem problem" role="alert">
        {wait > 0 ? t("kiosk.pin.wait", { n: wait }) : staff.wrong.value > 0 && pin === "" ? t("kiosk.pin.wrong") : ""}
      </p>
      <div class="pin__pad" role="group" aria-label={t("kiosk.pin.title")}>
        {DIGITS.map((digit) => (
          <Button key={digit} onClick={() => type(digit)}>
            {digit}
          </Button>
        ))}
        <Button onClick={() => setPin(pin.slice(0, -1))}>{t("kiosk.pin.delete")}</Button>
        <Button onClick={() => type("0")}>0</Button>
        <Button kind="primary" busy={busy} aria-disabled={wait > 0 || pin.length < PIN_LEAST} onClick={() => pin.length >= PIN_LEAST && void enter()}>
          {t("kiosk.pin.go")}
        </Button>
      </div>
      <Button kind="bare" onClick={staff.close}>
        {t("kiosk.staff.done")}
      </Button>
    </Frame>
  );
}

/** A keyboard of flesh and plastic writes as well, from the moment the pad is seen. @param {(key: string) => void} run */
function useKeys(run) {
  useLayoutEffect(() => {
    /** @param {KeyboardEvent} event */
    const hear = (event) => run(event.key);
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  });
}

export function StaffScreen() {
  const { engine } = useVisit();
  const { staff } = engine;
  const [asking, setAsking] = useState(false);
  const hasPin = engine.seat.value.is === "seated" && engine.seat.value.hasPin;
  const full = useFullScreen();
  if (asking) return <UnpairSure onKeep={() => setAsking(false)} />;
  return (
    <Frame name="staff" title={t("kiosk.staff.title")}>
      <Status />
      {hasPin ? (
        <Button class="staff__apart" onClick={() => setAsking(true)}>
          <Two first={t("kiosk.staff.unpair")} second={t("kiosk.staff.unpair.about")} />
        </Button>
      ) : (
        <p class="kiosk__about">{t("kiosk.pin.none")}</p>
      )}
      <div class="staff__deeds">
        <Button onClick={() => staff.clean(CLEANING_S)}>
          <Two first={t("kiosk.staff.clean")} second={t("kiosk.staff.clean.about", { n: CLEANING_S })} />
        </Button>
        <Button onClick={staff.reload}>
          <Two first={t("kiosk.staff.reload")} second={t("kiosk.staff.reload.about")} />
        </Button>
        {hasPin && (
          <>
            <Button onClick={full ? staff.leaveFullScreen : staff.enterFullScreen}>{t(full ? "kiosk.staff.window" : "kiosk.staff.full")}</Button>
            <FirstLanguage look={engine.visit.look} own={engine.boards.value[0]?.locale} />
          </>
        )}
        <Button kind="primary" class="staff__done" onClick={staff.close}>
          {t("kiosk.staff.done")}
        </Button>
      </div>
    </Frame>
  );
}

/** What the slides speak: one press, the next language. @param {{ look: import("./context.js").Engine["visit"]["look"], own: string | undefined }} props */
function FirstLanguage({ look, own }) {
  const codes = Object.keys(languages);
  const now = look.first.value ?? own ?? look.locale.value;
  const next = codes[(codes.indexOf(now) + 1) % codes.length] ?? now;
  return (
    <Button onClick={() => look.setFirst(next)}>
      <Two first={t("kiosk.staff.language")} second={languages[now] ?? now} lang={now} />
    </Button>
  );
}

/** @param {{ first: string, second: string, lang?: string }} props */
const Two = ({ first, second, lang }) => (
  <span class="staff__two">
    <span>{first}</span>
    <span class="small" lang={lang}>
      {second}
    </span>
  </span>
);

/** @param {{ onKeep: () => void }} props */
function UnpairSure({ onKeep }) {
  const { engine } = useVisit();
  return (
    <Frame name="unpair" title={t("kiosk.staff.unpair.sure")} about={t("kiosk.staff.unpair.about")}>
      <p class="staff__queued">{t("kiosk.staff.unpair.queued", { n: engine.queue.value.count })}</p>
      <div class="staff__deeds">
        <Button onClick={() => void engine.staff.unpair()}>{t("kiosk.staff.unpair.yes")}</Button>
        <Button kind="primary" onClick={onKeep}>
          {t("kiosk.staff.unpair.no")}
        </Button>
      </div>
    </Frame>
  );
}

function Status() {
  const { engine } = useVisit();
  const { build, answeredAt_ms } = engine.staff.about.value;
  const seat = engine.seat.value;
  const queue = engine.queue.value;
  const storage = useStorage();
  const lines = /** @type {const} */ ([
    ["kiosk.staff.name", (seat.is === "seated" && seat.name) || t("kiosk.staff.name.none")],
    ["kiosk.staff.line", t(engine.online.value ? "kiosk.staff.line.online" : "kiosk.staff.line.offline")],
    ["kiosk.staff.sync", answeredAt_ms !== null ? momentText(answeredAt_ms) : t("kiosk.staff.sync.never")],
    ["kiosk.staff.queue", t("kiosk.staff.queue.of", { n: queue.count, most: queue.max })],
    ["kiosk.staff.storage", storage],
    ["kiosk.staff.build", build || t("kiosk.staff.build.none")],
  ]);
  return (
    <dl class="status" aria-label={t("kiosk.staff.status")}>
      {lines.map(([key, value]) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the browser says of its storage; on a plain address it says nothing. @returns {string} */
function useStorage() {
  const [known, setKnown] = useState(/** @type {{ used: number, kept: boolean } | null} */ (null));
  useEffect(() => {
    const { storage } = navigator;
    Promise.all([storage?.estimate?.(), storage?.persisted?.()]).then(
      ([estimate, kept]) => estimate?.usage !== undefined && setKnown({ used: estimate.usage, kept: kept === true }),
      () => undefined,
    );
  }, []);
  if (!known) return t("kiosk.staff.storage.none");
  return t(known.kept ? "kiosk.staff.storage.kept" : "kiosk.staff.storage.loose", { used: bytesText(known.used, language.value) });
}

/** @returns {boolean} whether the page fills the screen by its own asking */
function useFullScreen() {
  const [full, setFull] = useState(() => document.fullscreenElement !== null);
  useEffect(() => {
    const look = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  return full;
}

/** While it is cleaned the screen says only when it will answer again. @param {{ left: number }} props seconds */
export function Cleaning({ left }) {
  return (
    <div class="cleaning" role="alertdialog" aria-labelledby="cleaning-title" aria-describedby="cleaning-left">
      <svg class="cleaning__arcs" viewBox="0 0 176 60" aria-hidden="true">
        <path d="M4 56C20 -12 84 -12 100 56" />
        <path d="M100 56C110 14 154 14 164 56" />
        <circle cx="168" cy="50" r="6" />
      </svg>
      <h1 id="cleaning-title">{t("kiosk.clean.title")}</h1>
      <p class="idle__number" aria-hidden="true">
        {left}
      </p>
      <p id="cleaning-left">{t("kiosk.clean.left", { n: left })}</p>
    </div>
  );
}

// The screens of this board: how each is, how another becomes one, what one is called and its PIN, how one is taken off, and
// how all of them behave.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { Segmented } from "../components/Segmented.jsx";
import { ConfirmSheet, Sheet } from "../components/Sheet.jsx";
import { Switch } from "../components/Switch.jsx";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { settingsOf } from "../core/lab.js";
import { Refused } from "../core/refused.js";
import { codeFrom } from "../front/code.js";
import { t, tError } from "../i18n/index.js";
import { RefusedHere } from "./Notices.jsx";
import { createKiosks, isScreen, kioskName, stateText } from "./kiosks.js";
import "./LabSheets.css";

/** @typedef {import("@protocol/generated/types.d.ts").Kiosk} Kiosk */
/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */

/** @param {SheetProps & { api: DeskApi, links: import("./links.js").BoardLinks }} props */
export function KiosksSheet({ store, desk, close, api, links }) {
  const kiosks = useMemo(() => createKiosks(api), [api]);
  useEffect(() => kiosks.watch(), [kiosks]);
  const present = store.presence.value;
  const stirred = `${present?.here} ${present?.people?.map((one) => one.participant).join()}`;
  useEffect(() => kiosks.stir(), [kiosks, stirred]);
  const board = store.board.value;
  if (!board) return null;
  return (
    <Sheet open title={t("console.kiosks")} onClose={close}>
      <p>{t("console.kiosks.about")}</p>
      <KioskList store={store} desk={desk} kiosks={kiosks} />
      <PairForm api={api} address={links.participant.replace(/\/j\/[^/]*$/, "/kiosk")} code={board.code} onPaired={kiosks.await} />
      <Settings desk={desk} board={board} />
    </Sheet>
  );
}

/** @param {{ store: SheetProps["store"], desk: SheetProps["desk"], kiosks: ReturnType<typeof createKiosks> }} props */
function KioskList({ store, desk, kiosks }) {
  const rows = kiosks.rows.value;
  const here = rows?.filter((row) => !row.removed) ?? [];
  const gone = rows?.filter((row) => row.removed) ?? [];
  const now_ms = Date.now() + store.skewMs.value;
  const kept = useKeptFocus("li");
  /** @param {Kiosk} row */
  const line = (row) => (
    <span class="kiosk-list__who">
      <strong>
        <bdi>{kioskName(row)}</bdi>
      </strong>
      <span class="quiet small">{stateText(row, now_ms)}</span>
    </span>
  );
  return (
    <section class="panel__stack">
      <h3>{t("console.kiosks.count", { n: here.filter(isScreen).length })}</h3>
      {kiosks.problem.value && (
        <p class="problem small" role="status">
          {kiosks.problem.value}
        </p>
      )}
      {here.length > 0 && (
        <ul class="lab-list" {...kept}>
          {here.map((row) => (
            <li key={row.participant} class="lab-list__row">
              {line(row)}
              <div class="lab-list__acts">
                {!row.of_lab && (
                  <Button
                    kind="bare"
                    aria-label={t("console.kiosk.changeOf", { name: kioskName(row) })}
                    onClick={() => (desk.sheet.value = { kind: "kiosk", kiosk: row })}
                  >
                    {t("console.kiosk.change")}
                  </Button>
                )}
                <Button
                  kind="bare"
                  aria-label={t("console.kiosk.revokeOf", { name: kioskName(row) })}
                  onClick={() => (desk.sheet.value = { kind: "revoke", kiosk: row.participant, name: kioskName(row) })}
                >
                  {t("console.kiosk.revoke")}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {gone.length > 0 && (
        <details>
          <summary>{t("console.kiosks.gone", { n: gone.length })}</summary>
          <ul class="lab-list">
            {gone.map((row) => (
              <li key={row.participant} class="lab-list__row">
                {line(row)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const CODE_CHARS = 6;
/** With a blank between any two, as somebody copies what stands far apart on a screen. */
const TYPED_CHARS = 2 * CODE_CHARS + 1;
const PIN = /^\d{4,8}$/;

/**
 * @param {{ api: DeskApi, address: string, code: string, onPaired: () => Promise<void> }} props
 *   `address`: what is opened on the screen; `code`: what is typed there
 */
function PairForm({ api, address, code: joinCode, onPaired }) {
  const code = useSignal("");
  const name = useSignal("");
  const pin = useSignal("");
  const problem = useSignal("");
  const done = useSignal("");
  const busy = useSignal(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {Event} event */
  const pair = async (event) => {
    event.preventDefault();
    done.value = "";
    problem.value = problemIn(code.value, name.value, pin.value);
    if (problem.value || busy.value) return;
    busy.value = true;
    try {
      const kiosk = await api.pair({ code: codeFrom(code.value), name: name.value.trim(), pin: pin.value || null });
      code.value = name.value = pin.value = "";
      done.value = t("console.kiosk.paired", { name: kioskName(kiosk) });
      field.current?.focus();
      await onPaired();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.value = pairProblem(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="panel__stack">
      <h3>{t("console.pair")}</h3>
      <p>{t("console.pair.about", { address, code: joinCode })}</p>
      <form class="panel__stack" onSubmit={(event) => void pair(event)}>
        <div class="pair">
          <Field
            label={t("console.pair.code")}
            class="pair__code"
            value={code.value}
            maxLength={TYPED_CHARS}
            fieldRef={field}
            onInput={(value) => (code.value = value.toUpperCase())}
          />
          <Field label={t("console.pair.name")} value={name.value} maxLength={LIMITS.KIOSK_NAME_CHARS} onInput={(value) => (name.value = value)} />
          <Field
            label={t("console.pair.pin")}
            hint={t("console.pair.pin.about")}
            value={pin.value}
            maxLength={8}
            inputMode="numeric"
            onInput={(value) => (pin.value = value.trim())}
          />
        </div>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="panel__row">
          <Button type="submit" kind="strong" busy={busy.value}>
            {t("console.pair.go")}
          </Button>
          <p role="status">{done.value}</p>
        </div>
      </form>
    </section>
  );
}

/** @param {string} code @param {string} name @param {string} pin @returns {string} what is missing; empty where nothing is */
function problemIn(code, name, pin) {
  return codeFrom(code).length === CODE_CHARS ? problemWith(name, pin) : t("console.pair.code.short");
}

/** @param {string} name @param {string} pin @returns {string} what is wrong with them; empty where nothing is */
function problemWith(name, pin) {
  if (!name.trim()) return t("console.pair.name.missing");
  return pin && !PIN.test(pin) ? t("console.pair.pin.wrong") : "";
}

/** @param {Refused} error @returns {string} */
function pairProblem(error) {
  if (error.code === "not_found") return t("console.pair.unknown");
  return error.code === "board_full" ? t("console.pair.full", { n: LIMITS.KIOSKS_PER_BOARD }) : changeProblem(error);
}

/** Blanks that nobody sees are no name. @param {Refused} error @returns {string} */
const changeProblem = (error) => (error.code === "text_empty" ? t("console.pair.name.missing") : tError(error));

/**
 * @param {{ label: string, value: string, maxLength: number, onInput: (value: string) => void, class?: string, hint?: string,
 *   inputMode?: "numeric", fieldRef?: import("preact").RefObject<HTMLInputElement | null> }} props
 */
function Field({ label, value, maxLength, onInput, class: extra, hint, inputMode, fieldRef }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={fieldRef}
        class={extra ? `input ${extra}` : "input"}
        value={value}
        maxLength={maxLength}
        inputMode={inputMode}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={hint && `${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      )}
    </div>
  );
}

/** @typedef {"auto" | import("@protocol/generated/types.d.ts").Keyboard} Layout */

/** Seconds without a touch: for a passer-by in a hurry, for most, for somebody who reads slowly. */
const IDLES_S = [30, 60, 90, 120, 180, 300];

/** @type {readonly Layout[]} */
const LAYOUTS = ["auto", "azerty", "qwerty"];

/** Each choice holds at once, on every screen. @param {{ desk: SheetProps["desk"], board: import("../core/fold.js").BoardMeta }} props */
function Settings({ desk, board }) {
  const settings = settingsOf(board);
  const id = useId();
  const busy = desk.isUnderWay("kiosk.set");
  const idles_s = [...new Set([...IDLES_S, settings.idle_s])].sort((one, other) => one - other);
  /** @param {Partial<typeof settings>} change */
  const set = (change) => {
    if (!busy) void desk.act({ type: "kiosk.set", settings: { ...settings, ...change }, base: settings });
  };
  return (
    <section class="panel__stack">
      <h3>{t("console.kiosks.settings")}</h3>
      <div class="field">
        <label for={id}>{t("console.kiosks.idle")}</label>
        <select id={id} class="input" aria-busy={busy} aria-describedby={`${id}-about`} value={settings.idle_s} onChange={(event) => set({ idle_s: Number(event.currentTarget.value) })}>
          {idles_s.map((idle_s) => (
            <option key={idle_s} value={idle_s}>
              {t("console.kiosks.idle.seconds", { n: idle_s })}
            </option>
          ))}
        </select>
        <p id={`${id}-about`} class="quiet small">
          {t("console.kiosks.idle.about")}
        </p>
      </div>
      <Segmented
        showLabel
        label={t("console.kiosks.keyboard")}
        busy={busy}
        options={LAYOUTS.map((value) => ({ value, label: t(`console.kiosks.keyboard.${value}`) }))}
        value={/** @type {Layout} */ (settings.keyboard ?? "auto")}
        onChange={(value) => set({ keyboard: value === "auto" ? null : value })}
      />
      <RefusedHere desk={desk} />
    </section>
  );
}

/** Back to the list, either way. @param {SheetProps & { api: DeskApi, kiosk: Kiosk }} props */
export function KioskSheet({ desk, api, kiosk }) {
  const name = useSignal(kiosk.name ?? "");
  const pin = useSignal("");
  const noPin = useSignal(false);
  const problem = useSignal("");
  const busy = useSignal(false);
  const back = () => (desk.sheet.value = { kind: "kiosks" });
  /** @param {Event} event */
  const save = async (event) => {
    event.preventDefault();
    const typed = noPin.value ? "" : pin.value;
    problem.value = problemWith(name.value, typed);
    if (problem.value || busy.value) return;
    busy.value = true;
    try {
      const secret = noPin.value ? { without_pin: true } : typed ? { pin: typed } : {};
      const wanted = name.value.trim();
      const renamed = wanted === kiosk.name ? {} : { name: wanted }; // what was not changed here may have been elsewhere
      const now = await api.changeKiosk(kiosk.participant, { ...renamed, ...secret });
      desk.tell(t("console.kiosk.changed", { name: kioskName(now) }));
      back();
    } catch (error) {
      problem.value = error instanceof Refused ? changeProblem(error) : t("error.unknown");
    } finally {
      busy.value = false;
    }
  };
  return (
    <Sheet open title={t("console.kiosk.changeTitle")} onClose={back}>
      <p>{t("console.kiosk.changeAbout")}</p>
      <form class="panel__stack" onSubmit={(event) => void save(event)}>
        <Field label={t("console.pair.name")} value={name.value} maxLength={LIMITS.KIOSK_NAME_CHARS} onInput={(value) => (name.value = value)} />
        {!noPin.value && (
          <Field
            label={t("console.kiosk.newPin")}
            hint={t(kiosk.has_pin ? "console.kiosk.newPin.keeps" : "console.kiosk.newPin.none")}
            value={pin.value}
            maxLength={8}
            inputMode="numeric"
            onInput={(value) => (pin.value = value.trim())}
          />
        )}
        {kiosk.has_pin && (
          <Switch
            label={t("console.kiosk.noPin")}
            about={t("console.kiosk.noPin.about")}
            checked={noPin.value}
            onChange={(on) => (noPin.value = on)}
          />
        )}
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="panel__row">
          <Button type="submit" kind="strong" busy={busy.value}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

/** Back to the list, either way. @param {SheetProps & { api: DeskApi, kiosk: string, name: string }} props */
export function RevokeSheet({ desk, api, kiosk, name }) {
  const back = () => (desk.sheet.value = { kind: "kiosks" });
  const revoke = async () => {
    try {
      await api.revoke(kiosk);
      desk.tell(t("console.kiosk.revoked.done", { name }));
    } catch (error) {
      desk.complain(error instanceof Refused ? tError(error) : t("error.unknown")); // the list says that it is still there
    }
    back();
  };
  return (
    <ConfirmSheet open title={t("console.kiosk.revokeTitle")} confirm={t("console.kiosk.revoke")} onClose={back} onConfirm={() => void revoke()}>
      <p>
        <strong>{name}</strong>
      </p>
      <p>{t("console.kiosk.revokeAbout")}</p>
    </ConfirmSheet>
  );
}

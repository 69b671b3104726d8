// Which way to choose: every method with what it is good for; one press opens it as it is, another sets it up first.
import { useSignal } from "@preact/signals";
import { Button } from "../components/Button.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { t } from "../i18n/index.js";
import { RoundFields, methodWords } from "./RoundFields.jsx";
import { METHODS, METHOD_ORDER, readyToOpen, roundBy } from "./methods.js";
import "./ChooseSheet.css";

/** @typedef {import("@protocol/generated/types.d.ts").Method} Method */
/** @typedef {import("@protocol/generated/types.d.ts").RoundOpen} RoundOpen */
/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */

/** @param {SheetProps & { method: Method | undefined }} props */
export function ChooseSheet({ store, desk, close, method }) {
  const draft = useSignal(/** @type {RoundOpen | null} */ (method ? roundBy(method, methodWords()) : null));
  const problem = useSignal("");
  const openRound = store.openRound.value;
  /** @param {RoundOpen} round */
  const open = async (round) => {
    const ready = readyToOpen(round);
    problem.value = "missing" in ready ? t(`console.vote.missing.${ready.missing}`) : "";
    if (!("missing" in ready) && (await desk.act(ready.round))) close();
  };
  const busy = desk.isUnderWay("round.open");
  if (!draft.value) {
    return (
      <Sheet open wide title={t("console.move.open_vote")} onClose={close}>
        {openRound && <p class="problem">{t("error.round_open")}</p>}
        <ul class="methods">
          {METHOD_ORDER.map((one) => (
            <MethodRow
              key={one}
              method={one}
              busy={busy}
              onOpen={METHODS[one].asks ? undefined : () => void open(roundBy(one, methodWords()))}
              onSetUp={() => (draft.value = roundBy(one, methodWords()))}
            />
          ))}
        </ul>
      </Sheet>
    );
  }
  const round = draft.value;
  return (
    <Sheet key={round.method} open title={t(`console.method.${round.method}`)} onClose={close}>
      <form
        class="panel__stack panel__stack--wide"
        onSubmit={(event) => {
          event.preventDefault();
          void open(round);
        }}
      >
        <p>{t(`console.method.${round.method}.good`)}</p>
        <RoundFields round={round} autofocus onChange={(next) => (draft.value = next)} />
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="sheet__foot sheet-go">
          <Button kind="bare" onClick={() => (draft.value = null)}>
            {t("console.vote.others")}
          </Button>
          <Button type="submit" kind="strong" busy={busy}>
            {t("console.vote.go")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

/** @param {{ method: Method, busy: boolean, onOpen: (() => void) | undefined, onSetUp: () => void }} props `onOpen`: absent where a question must be typed first */
function MethodRow({ method, busy, onOpen, onSetUp }) {
  const name = t(`console.method.${method}`);
  return (
    <li class="methods__row">
      <div class="methods__words">
        <h3>{name}</h3>
        <p class="small">{t(`console.method.${method}.good`)}</p>
        <p class="quiet small">{t(`console.method.${method}.as`)}</p>
      </div>
      <div class="methods__ways">
        {onOpen && (
          <Button kind="strong" busy={busy} aria-label={t("console.vote.goWith", { method: name })} onClick={onOpen}>
            {t("console.vote.goNow")}
          </Button>
        )}
        <Button
          kind={onOpen ? "bare" : "strong"}
          aria-label={t(onOpen ? "console.vote.setUpWith" : "console.vote.askWith", { method: name })}
          onClick={onSetUp}
        >
          {t(onOpen ? "console.vote.setUp" : "console.vote.ask")}
        </Button>
      </div>
    </li>
  );
}

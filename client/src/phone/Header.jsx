// The top of the phone: timer, line and people in one quiet row, then the question. Stays in sight while scrolling.
import { Button } from "../components/Button.jsx";
import { ConnectionBadge } from "../components/ConnectionBadge.jsx";
import { TimerView } from "../components/TimerView.jsx";
import { Logo } from "../components/VerbIcon.jsx";
import { t } from "../i18n/index.js";
import "./Header.css";

/** @param {{ desk: import("./BoardScreen.jsx").Desk }} props */
export function Header({ desk }) {
  const { store, sheet } = desk;
  const board = store.board.value;
  if (!board) return null;
  const step = stepOf(board);
  return (
    <header class="phone-head">
      <div class="phone-head__row">
        {step ? (
          <p class="phone-head__step">
            <span class="phone-head__place">{step.place}</span>
            {step.title && <span class="phone-head__title">{step.title}</span>}
          </p>
        ) : (
          <Logo label="Rebond" />
        )}
        <TimerView timer={board.timer} skewMs={store.skewMs.value} />
        <span class="phone-head__line">
          <ConnectionBadge status={store.line.value} waiting={waitingOf(store)} brief />
          <People store={store} />
        </span>
        <Button
          kind="bare"
          iconOnly
          class="phone-head__settings"
          aria-label={t("phone.header.settings")}
          onClick={() => {
            sheet.value = { name: "later/settings" };
          }}
        >
          <svg class="phone-head__icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
            <circle cx="16" cy="7" r="2.6" />
            <circle cx="8" cy="17" r="2.6" />
          </svg>
        </Button>
      </div>
      <h1 class="phone-head__question">{board.title}</h1>
    </header>
  );
}

/**
 * Where we are in the plan; null where there is none, or one step alone.
 * @param {import("../core/fold.js").BoardMeta} board
 */
function stepOf({ plan, step }) {
  const place = plan.findIndex((one) => one.id === step.id);
  if (place < 0 || plan.length < 2) return null;
  return { place: t("phone.header.step", { n: place + 1, of: plan.length }), title: step.title };
}

/** @param {import("../core/store.js").BoardStore} store */
const waitingOf = (store) => store.outgoing.value.filter((row) => row.state === "sending").length;

/** @param {{ store: import("../core/store.js").BoardStore }} props */
function People({ store }) {
  const here = store.presence.value?.here;
  if (!here || store.line.value !== "live") return null;
  return (
    <span class="phone-head__people">
      <span aria-hidden="true">{here}</span>
      <span class="only-said">{t("common.people", { n: here })}</span>
    </span>
  );
}

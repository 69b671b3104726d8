// When a step asks nothing of the phone: what is going on meanwhile, and what comes next. Nobody stares at an empty foot.
import { t } from "../../i18n/index.js";
import "./waiting.css";
import "./texts.js";

/** @typedef {import("../../core/store.js").BoardStore} BoardStore */

/** @param {{ store: BoardStore }} props */
export default function Waiting({ store }) {
  const board = store.board.value;
  if (!board) return null;
  const next = nextStep(board);
  return (
    <section class="waiting" aria-label={t("phone.wait.label")}>
      <svg class="waiting__scene" viewBox="0 0 120 44" aria-hidden="true">
        <path class="waiting__ground" d="M2 41H118" />
        <path class="waiting__arc" d="M10 38C18 2 52 2 60 38" />
        <path class="waiting__arc" d="M60 38C66 16 84 16 90 38" />
        <circle class="waiting__ball" cx="90" cy="35" r="5" />
      </svg>
      <p class="waiting__now">{t(nowKey(board, store.cards.value.size))}</p>
      {next && <p class="quiet">{next}</p>}
    </section>
  );
}

/**
 * @param {import("../../core/fold.js").BoardMeta} board
 * @param {number} cards
 */
function nowKey({ locked, step }, cards) {
  if (locked) return "phone.wait.locked";
  if (step.view === "results") return "phone.wait.results";
  return cards > 0 ? "phone.wait.reading" : "phone.wait.listening";
}

/** @param {import("../../core/fold.js").BoardMeta} board */
function nextStep({ plan, step }) {
  const place = plan.findIndex((one) => one.id === step.id);
  const next = place >= 0 ? plan[place + 1] : undefined;
  return next?.title ? t("phone.wait.next", { title: next.title }) : null;
}

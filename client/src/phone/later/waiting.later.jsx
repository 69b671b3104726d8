// When a step asks nothing of the phone: what is going on meanwhile, and what comes next. Nobody stares at an empty foot.
// When the plan is over: thanks, and what became of one's ideas.
import { Button } from "../../components/Button.jsx";
import { t } from "../../i18n/index.js";
import "./waiting.css";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk }} props */
export default function Waiting({ desk: { store, sheet } }) {
  const board = store.board.value;
  if (!board) return null;
  const next = nextStep(board);
  const over = isOver(board);
  return (
    <section class="waiting" aria-label={t("phone.wait.label")}>
      <svg class="waiting__scene" viewBox="0 0 120 44" aria-hidden="true">
        <path class="waiting__ground" d="M2 41H118" />
        <path class="waiting__arc" d="M10 38C18 2 52 2 60 38" />
        <path class="waiting__arc" d="M60 38C66 16 84 16 90 38" />
        <circle class="waiting__ball" cx="90" cy="35" r="5" />
      </svg>
      <p class="waiting__now">{t(over ? "phone.wait.over" : nowKey(board, store.cards.value.size))}</p>
      {over && (
        <Button kind="primary" onClick={() => void (sheet.value = { name: "receipt/receipt" })}>
          {t("phone.settings.receipt")}
        </Button>
      )}
      {next && <p class="quiet">{next}</p>}
    </section>
  );
}

/**
 * Whether the board was closed at the end of its plan. Without a plan a closed board may be but a pause.
 * @param {import("../../core/fold.js").BoardMeta} board
 */
const isOver = ({ locked, plan, step }) => locked && plan.length > 1 && plan[plan.length - 1]?.id === step.id;

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

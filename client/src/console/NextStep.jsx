// The console's one primary button, what it will do in words, and the way back.
import { Button } from "../components/Button.jsx";
import { t } from "../i18n/index.js";
import { around, consequences, placeIn } from "./plan.js";
import { consequencesText, stepName } from "./planWords.js";
import "./NextStep.css";

/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("@protocol/generated/types.d.ts").ClientCommand} ClientCommand */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./nextMove.js").Move} Move */

/** What each next move sends. @type {Readonly<Record<Move, readonly ClientCommand["type"][]>>} */
export const COMMANDS = {
  unlock: ["board.unlock"],
  finish: ["board.lock"],
  reveal: ["step.set"],
  write: ["step.set"],
  open_vote: [],
  close_vote: ["round.close"],
  next_step: ["step.go"],
  begin: ["step.go"],
  report: [],
};

/** @param {{ desk: Desk, board: BoardMeta, move: Move, now: import("./PlanPanel.jsx").Now, onMove: () => void }} props */
export function NextStep({ desk, board, move, now, onMove }) {
  const { plan, step } = board;
  const { back, next } = around(plan, step.id);
  const about = aboutMove(move, next, board, now);
  return (
    <section class="console__next" aria-label={t("console.next")}>
      {about && (
        <p id="next-about" class="console__next-about small">
          {about}
        </p>
      )}
      <div class="console__next-row">
        {back && (
          <Button
            iconOnly
            busy={desk.isUnderWay("step.go")}
            aria-label={t("console.plan.backTo", { title: stepName(back, placeIn(plan, back.id)) })}
            onClick={() => void desk.act({ type: "step.go", step: back.id })}
          >
            <svg class="console__back" viewBox="0 0 16 16" aria-hidden="true">
              <path d="M10.5 2.5 5 8l5.5 5.5" />
            </svg>
          </Button>
        )}
        <Button
          kind="primary"
          size="large"
          class="console__primary"
          aria-keyshortcuts="N"
          aria-describedby={about ? "next-about" : undefined}
          busy={desk.isUnderWay(...COMMANDS[move])}
          onClick={(event) => {
            if (event.detail < 2) onMove(); // the second press of a double click is no second wish
          }}
        >
          {t(`console.move.${move}`)}
        </Button>
      </div>
      {move === "report" && (
        <Button kind="bare" busy={desk.isUnderWay("board.unlock")} onClick={() => void desk.act({ type: "board.unlock" })}>
          {t("console.move.unlock")}
        </Button>
      )}
    </section>
  );
}

/**
 * @param {Move} move
 * @param {import("@protocol/generated/types.d.ts").Step | null} next
 * @param {BoardMeta} board
 * @param {import("./PlanPanel.jsx").Now} now
 * @returns {string}
 */
function aboutMove(move, next, { plan, step }, now) {
  if (move === "finish" || move === "report") return t(`console.does.${move}`);
  if (move === "reveal") return t("console.does.revealsAll", { n: now.sealed });
  if (!next || (move !== "next_step" && move !== "begin")) return "";
  const name = stepName(next, placeIn(plan, next.id));
  const does = consequencesText(consequences(step, next, now), name);
  return does ? `${name}. ${does}` : name;
}

// What the visitor thinks: one touch, seen at once; and, once they have said it, what the others think. Before that the
// numbers stay away, so that nobody only follows (secret until given). Another touch changes it or takes it back.
import { ReactionSign } from "../../components/talk/ReactionRow.jsx";
import { MARKS } from "../../core/lab.js";
import { t } from "../../i18n/index.js";
import { useVisit } from "./context.js";
import { langOf, opinionsWith } from "./faces.js";
import "./Opinions.css";

/** @typedef {import("@protocol/generated/types.d.ts").OpinionMark} Mark */
/** @typedef {import("@protocol/generated/types.d.ts").Showcase["asks"]} Asks */

/** @param {{ face: import("./faces.js").Face, final: boolean }} props `final`: given at an earlier look; it stands among the counts */
export function Opinions({ face, final }) {
  const { engine, go } = useVisit();
  const { card, board, showcase } = face;
  const asks = showcase?.asks ?? "agree";
  const mine = engine.given.value.get(card.id);
  const counts = opinionsWith(face, final ? undefined : mine);
  const most = Math.max(1, ...MARKS[asks].map((mark) => counts[mark] ?? 0));

  /** @param {Mark} mark */
  const give = (mark) => {
    if (engine.queue.peek().full && !mine) go({ at: "full" });
    else engine.give(board.id, card.id, mark === mine ? null : mark);
  };
  return (
    <section class="opinions" data-given={mine ? true : undefined}>
      <h2 class="opinions__question" id="opinions" lang={showcase?.question ? langOf(face) : undefined} dir="auto">
        {showcase?.question || t("kiosk.card.question")}
      </h2>
      <div class="opinions__marks" role="group" aria-labelledby="opinions" data-asks={asks}>
        {MARKS[asks].map((mark) => {
          const count = counts[mark] ?? 0;
          return (
            <button
              key={mark}
              type="button"
              class="opinion"
              data-mark={mark}
              aria-pressed={mark === mine}
              aria-label={`${t(`kiosk.mark.${mark}`)}${mine ? `, ${t("kiosk.mark.count", { n: count })}` : ""}`}
              aria-disabled={final || undefined}
              onClick={() => !final && give(mark)}
            >
              <MarkSign asks={asks} mark={mark} />
              {asks !== "stars" && <span class="opinion__word">{t(`kiosk.mark.${mark}`)}</span>}
              {mine && (
                <span class="opinion__count">
                  <span class="opinion__bar" aria-hidden="true">
                    <span style={{ width: `${(100 * count) / most}%` }} />
                  </span>
                  {count}
                </span>
              )}
            </button>
          );
        })}
      </div>
      <p class="opinions__told" role="status">
        {mine && engine.safe.value.has(card.id) && t(engine.online.value ? "kiosk.card.given" : "kiosk.card.given.kept")}
      </p>
    </section>
  );
}

/** The ball and its arc again: it goes on, it rests, it turns back. @type {Record<string, { path: string, ball: [number, number] }>} */
const AGREEMENT = {
  agree: { path: "M3 19C5 6 14 3 19 5.5", ball: [20, 5.5] },
  pass: { path: "M3 19H21", ball: [12, 14.5] },
  disagree: { path: "M3 19.5C4 3 20.5 2 20.5 10.5C20.5 16 13.5 16.5 11.2 13.5", ball: [9.6, 11.2] },
};

/** @param {{ asks: Asks, mark: Mark }} props */
function MarkSign({ asks, mark }) {
  if (asks === "reaction") return <ReactionSign reaction={/** @type {import("@protocol/generated/types.d.ts").Reaction} */ (mark)} />;
  if (asks === "stars") return <Star number={mark} />;
  const drawing = AGREEMENT[mark];
  return (
    <svg class="arc-icon opinion__sign" viewBox="0 0 24 24" aria-hidden="true">
      <path class="arc-icon__arc" d={drawing?.path} />
      <circle class="arc-icon__ball" cx={drawing?.ball[0]} cy={drawing?.ball[1]} r="3" />
    </svg>
  );
}

/** @param {{ number: string }} props */
function Star({ number }) {
  return (
    <span class="opinion__star" aria-hidden="true">
      <svg viewBox="0 0 24 24">
        <path d="M12 2.5l2.9 6.1 6.7.9-4.9 4.6 1.2 6.7L12 17.6l-5.9 3.2 1.2-6.7L2.4 9.5l6.7-.9Z" />
      </svg>
      <span data-number={number} />
    </span>
  );
}

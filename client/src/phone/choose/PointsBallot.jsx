// Points and credits: a stepper for each item, and what is left of the budget in a tray that stays at the bottom.
import { Stepper } from "../../components/Stepper.jsx";
import { Tray } from "../../components/Tray.jsx";
import { quoted } from "../../components/quoted.js";
import { t } from "../../i18n/index.js";
import { usePortions } from "../portions.jsx";
import { budgetLeft, creditsFor, reach } from "./ballot.js";
import { ItemPaper } from "./ItemPaper.jsx";

/** @param {import("./ChoosePage.jsx").Ballot} props */
export function PointsBallot({ round, items, points, marks, sending, send }) {
  const left = budgetLeft(round, points, marks);
  const quadratic = round.method === "quadratic";
  const [some, more] = usePortions(items);
  return (
    <>
      {quadratic && <p class="choose__note">{t("choose.against")}</p>}
      <ul class="choose__list">
        {some.map((item) => {
          const mine = quadratic ? (marks[item.id]?.[0] ?? 0) : (points[item.id] ?? 0);
          const { least, most } = reach(round, mine, left);
          return (
            <li key={item.id}>
              <ItemPaper item={item} sending={sending.has(item.id)}>
                <div class="choose-paper__foot">
                  <Stepper
                    value={mine}
                    min={least}
                    max={most}
                    label={t("choose.for", { text: quoted(item.text) })}
                    onChange={(value) => send(said(round, item.id, value))}
                  />
                  {quadratic && <Cost votes={mine} />}
                </div>
              </ItemPaper>
            </li>
          );
        })}
      </ul>
      {more}
      <div class="choose__tray">
        {quadratic ? <Credits left={left} of={round.budget} /> : <Tray left={left} budget={round.budget} />}
      </div>
    </>
  );
}

/**
 * @param {import("./ChoosePage.jsx").RoundView} round
 * @param {string} item
 * @param {number} value
 * @returns {import("./ChoosePage.jsx").ClientCommand}
 */
function said(round, item, value) {
  if (value === 0) return { type: "vote.retract", round: round.id, card: item };
  if (round.method === "quadratic") return { type: "vote.mark", round: round.id, card: item, marks: [value] };
  return { type: "vote.cast", round: round.id, card: item, weight: value };
}

/** @param {{ left: number, of: number }} props */
function Credits({ left, of }) {
  return (
    <p class="choose-credits" role="status">
      <strong>{t("choose.credits", { n: left })}</strong> {t("choose.credits.of", { n: of })}
      <progress class="choose__progress" max={of} value={left} aria-hidden="true" />
    </p>
  );
}

/** What these votes cost, and what the next one would. @param {{ votes: number }} props */
function Cost({ votes }) {
  const away = Math.abs(votes);
  const next = creditsFor(away + 1) - creditsFor(away);
  return (
    <p class="choose-paper__cost">
      {away > 0 && (
        <>
          <strong>{t("choose.cost", { n: creditsFor(away) })}</strong>
          {" · "}
        </>
      )}
      {t("choose.cost.next", { n: next })}
    </p>
  );
}

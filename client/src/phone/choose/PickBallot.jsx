// A poll, a choice, a show of hands: large buttons, pressed when they are mine.
import { t } from "../../i18n/index.js";
import { usePortions } from "../portions.jsx";
import { Inside, Sending } from "./ItemPaper.jsx";

/** @param {import("./ChoosePage.jsx").Ballot} props */
export function PickBallot({ round, items, points, sending, send }) {
  const [some, more] = usePortions(items);
  return (
    <>
      <ul class="choose__list">
        {some.map((item) => {
          const mine = (points[item.id] ?? 0) > 0;
          const tally = round.tallies?.[item.id];
          const press = () =>
            send(
              mine
                ? { type: "vote.retract", round: round.id, card: item.id }
                : { type: "vote.cast", round: round.id, card: item.id, weight: 1 },
            );
          const state = mine && t(round.method === "hands" ? "choose.pick.up" : "choose.pick.chosen");
          const count = tally !== undefined && t("choose.pick.count", { n: tally });
          return (
            <li key={item.id}>
              <button type="button" class="choose-pick" aria-pressed={mine} onClick={press}>
                <span class="choose-pick__mark" aria-hidden="true" />
                <span class="choose-pick__text" dir="auto">
                  {item.text}
                </span>
                {(state || count) && (
                  <span class="choose-pick__note">{[state, count].filter(Boolean).join(" · ")}</span>
                )}
                {sending.has(item.id) && <Sending />}
              </button>
              <Inside item={item} />
            </li>
          );
        })}
      </ul>
      {more}
    </>
  );
}

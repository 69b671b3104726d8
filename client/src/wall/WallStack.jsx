// A stack on the poster: its title, how many ideas lie in it, and the first of them.
import { stackTitle } from "../components/itemWords.js";
import { t } from "../i18n/index.js";
import { NAMED_INSIDE } from "./items.js";
import { placeStyle } from "./placeStyle.js";
import "./WallStack.css";

/**
 * @param {{
 *   stack: import("./scene.js").Stack,
 *   place: import("./layout/layout.js").Placed,
 *   size_px: number,
 *   fresh?: boolean,
 *   tally?: number,
 * }} props
 */
export function WallStack({ stack: { group, cards }, place, size_px, fresh = false, tally = 0 }) {
  return (
    <article class="wall-stack" style={placeStyle(place, size_px)} data-deep={cards.length > 2 || undefined}>
      <div class="wall-stack__paper" data-fresh={fresh || undefined}>
        <h2 class="wall-stack__title" dir="auto" style={{ WebkitLineClamp: place.lines }}>
          {stackTitle(group, cards)}
        </h2>
        <ul class="wall-stack__inside">
          {cards.slice(0, NAMED_INSIDE).map((card) => (
            <li key={card.id} dir="auto" lang={card.state === "hidden" ? undefined : card.lang}>
              {card.state === "hidden" ? t("card.hidden") : card.text}
            </li>
          ))}
        </ul>
        <p class="wall-stack__line">
          <span>{t("part.stack.count", { n: cards.length })}</span>
          {tally > 0 && <strong class="wall-card__tally">{t("part.card.tally", { n: tally })}</strong>}
        </p>
      </div>
    </article>
  );
}

// While the room chooses: what it is asked, how many have taken part, and, unless that is secret, how it stands.
import { t } from "../i18n/index.js";
import { Stage } from "./Stage.jsx";
import "./Choosing.css";

/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */

/** Beyond this the eye counts no balls any more. */
const BALLS = 60;

/**
 * @param {{
 *   store: import("../core/store.js").BoardStore,
 *   board: import("../core/fold.js").BoardMeta,
 *   round: RoundView,
 *   cards: readonly import("@protocol/generated/types.d.ts").Card[],
 *   stacks: readonly import("./scene.js").Stack[],
 * }} props
 */
export function Choosing({ store, board, round, cards, stacks }) {
  const here = Math.max(store.presence.value?.here ?? 0, round.voters);
  return (
    <section class="choosing" data-alone={round.on === "options" || undefined}>
      <header class="choosing__head">
        <h2 class="choosing__title">{round.title ?? t(`wall.method.${round.method}`)}</h2>
        <div class="choosing__part">
          {here <= BALLS && (
            <span class="choosing__balls" aria-hidden="true">
              {Array.from({ length: here }, (_, place) => (
                <span key={place} class="choosing__ball" data-in={place < round.voters || undefined} />
              ))}
            </span>
          )}
          <p class="choosing__count">{t("wall.voted", { n: round.voters })}</p>
          {round.title && <p class="choosing__how">{t(`wall.method.${round.method}`)}</p>}
          {round.secret && <p class="choosing__how">{t("wall.secret")}</p>}
        </div>
      </header>
      {round.on === "options" ? (
        <Options round={round} />
      ) : (
        <div class="choosing__stage">
          <Stage store={store} board={board} cards={cards} stacks={stacks} tallies={round.tallies} />
        </div>
      )}
    </section>
  );
}

/** The options in their order: they do not change places while people look. Few fill the poster. @param {{ round: RoundView }} props */
function Options({ round }) {
  const most = Math.max(1, round.voters, ...Object.values(round.tallies ?? {}));
  const options = round.options ?? [];
  return (
    <ul class="choosing__options" style={{ "--options": options.length }}>
      {options.map((option, at) => {
        const n = round.tallies?.[String(at + 1)] ?? 0;
        return (
          <li key={option} class="choosing__option">
            <span class="choosing__label" dir="auto">{option}</span>
            {round.tallies && (
              <>
                <span class="choosing__bar" aria-hidden="true">
                  <span style={{ width: `${(100 * n) / most}%` }} />
                </span>
                <strong class="choosing__number">{n}</strong>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

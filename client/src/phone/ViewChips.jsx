// Which ideas to look at: all, mine, one section, or the results of a vote. A row of radio buttons.
import { t } from "../i18n/index.js";
import { isPersonal } from "./permits.js";
import "./ViewChips.css";

/** @typedef {import("./gathering.js").View} View */

/** @param {{ desk: import("./BoardScreen.jsx").Desk }} props */
export function ViewChips({ desk }) {
  const { store, view } = desk;
  const sections = store.board.value?.sections ?? [];
  const closed = store.rounds.value.some((round) => round.state === "closed");
  /** @type {{ view: View, label: string }[]} */
  const chips = [
    { view: { kind: "all" }, label: t("phone.view.all") },
    ...(isPersonal(store.you.value) ? [{ view: /** @type {View} */ ({ kind: "mine" }), label: t("phone.view.mine") }] : []),
    ...sections.map(({ id, title }) => ({ view: /** @type {View} */ ({ kind: "section", section: id }), label: title })),
  ];
  if (closed) chips.splice(chips.length - sections.length, 0, { view: { kind: "results" }, label: t("phone.view.results") });
  return (
    <fieldset class="chips">
      <legend class="only-said">{t("phone.view.label")}</legend>
      <div class="chips__row">
        {chips.map((chip) => (
          <label key={keyOf(chip.view)} class="chips__chip">
            <input
              type="radio"
              name="view"
              checked={keyOf(chip.view) === keyOf(view.value)}
              onChange={() => {
                view.value = chip.view;
                window.scrollTo(0, 0);
              }}
            />
            <span>{chip.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** @param {View} view */
const keyOf = (view) => (view.kind === "section" ? `section ${view.section}` : view.kind);

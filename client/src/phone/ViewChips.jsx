// What to look at: the open vote, all ideas, mine, one section, the results. A row of radio buttons.
import { t } from "../i18n/index.js";
import { mayChoose } from "./steering.js";
import "./ViewChips.css";

/** @typedef {import("./gathering.js").View} View */

/** @param {{ desk: import("./BoardScreen.jsx").Desk }} props */
export function ViewChips({ desk }) {
  const { store, view } = desk;
  const sections = store.board.value?.sections ?? [];
  const closed = store.rounds.value.some((round) => round.state === "closed");
  /** @type {(View | false)[]} */
  const views = [
    mayChoose(desk) && { kind: "choose" },
    { kind: "all" },
    { kind: "mine" },
    view.value.kind === "unseen" && view.value,
    closed && { kind: "results" },
    ...sections.map(({ id }) => /** @type {View} */ ({ kind: "section", section: id })),
  ];
  const chips = views.flatMap((one) => (one ? { view: one, label: labelOf(one, sections) } : []));
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

/** @param {View} view @param {readonly { id: string, title: string }[]} sections */
const labelOf = (view, sections) =>
  view.kind === "section" ? (sections.find(({ id }) => id === view.section)?.title ?? "") : t(`phone.view.${view.kind}`);

/** @param {View} view */
const keyOf = (view) => (view.kind === "section" ? `section ${view.section}` : view.kind);

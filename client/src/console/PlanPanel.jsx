// The plan: its steps with the one the board stands at, and everything that can be done to each by a press or its menu.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Menu } from "../components/Menu.jsx";
import { quoted } from "../components/quoted.js";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import { consequences, movedBefore } from "./plan.js";
import { consequencesText, stepLine, stepName } from "./planWords.js";
import "./PlanPanel.css";

/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("@protocol/generated/types.d.ts").Step} Step */
/** @typedef {import("../components/Menu.jsx").MenuItem} MenuItem */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {{ sealed: number, voting: boolean, timing: boolean }} Now */

/** @param {{ desk: Desk, board: BoardMeta, now: Now }} props */
export function PlanPanel({ desk, board, now }) {
  const { plan, step } = board;
  const kept = useKeptFocus("li");
  const scroller = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    const steps = scroller.current;
    if (!steps) return undefined;
    const turn = () => {
      const here = steps.querySelector("[aria-current]");
      if (!(here instanceof HTMLElement)) return;
      const above = here.offsetTop - here.offsetHeight; // with the step before and, first of all, the step after
      const below = here.offsetTop + 2 * here.offsetHeight - steps.clientHeight;
      steps.scrollTop = Math.max(below, Math.min(above, steps.scrollTop)); // by hand: nothing around the plan moves
    };
    turn();
    const watch = new ResizeObserver(turn); // a timer or a longer instruction leaves it less room
    watch.observe(steps);
    return () => watch.disconnect();
  }, [step.id, plan.length]);
  return (
    <Panel
      title={t("console.plan")}
      count={plan.length > 0 ? placeText(board) : undefined}
      class="plan"
      aside={
        <Button kind="bare" iconOnly aria-label={t("console.plan.add")} title={t("console.plan.add")} onClick={() => (desk.sheet.value = { kind: "step", step: null })}>
          +
        </Button>
      }
    >
      {plan.length === 0 && <p class="quiet small">{t("console.plan.none")}</p>}
      <div ref={scroller} class="plan__scroller">
        <ol class="plan__steps" {...kept}>
          {plan.map((one, place) => (
            <li
              key={one.id}
              class="plan__step"
              aria-current={one.id === step.id ? "step" : undefined}
              data-pending={desk.touched.value.has(one.id) || undefined}
            >
              <button type="button" class="plan__open" onClick={() => (desk.sheet.value = { kind: "step", step: one.id })}>
                <span class="plan__number">{place + 1}</span>
                <span class="plan__words">
                  <span class="plan__title">{stepName(one, place)}</span>
                  {stepLine(one) && <span class="quiet small">{stepLine(one)}</span>}
                  {one.id === step.id && <span class="only-said">{t("console.plan.current")}</span>}
                </span>
              </button>
              <Menu label={t("console.plan.menu", { title: quoted(stepName(one, place)) })} items={itemsFor(desk, board, one, place, now)} />
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
}

/** @param {BoardMeta} board */
function placeText({ plan, step }) {
  const place = plan.findIndex((one) => one.id === step.id);
  return place < 0 ? undefined : t("console.plan.of", { n: place + 1, all: plan.length });
}

/**
 * @param {Desk} desk
 * @param {BoardMeta} board
 * @param {Step} one
 * @param {number} place
 * @param {Now} now
 * @returns {(MenuItem | false)[]}
 */
function itemsFor(desk, { plan, step }, one, place, now) {
  const isHere = one.id === step.id;
  const does = isHere ? "" : consequencesText(consequences(step, one, now));
  /** @param {-1 | 1} by */
  const move = (by) => {
    const before = movedBefore(plan, place, by);
    if (before !== undefined) void desk.act({ type: "step.move", step: one.id, before });
  };
  return [
    !isHere && {
      label: does ? `${t("console.plan.go")} (${does.replace(/\.$/, "")})` : t("console.plan.go"),
      onPick: () => void desk.act({ type: "step.go", step: one.id }),
    },
    { label: t("console.plan.edit"), onPick: () => (desk.sheet.value = { kind: "step", step: one.id }) },
    { label: t("console.plan.addAfter"), onPick: () => (desk.sheet.value = { kind: "step", step: null, after: one.id }) },
    place > 0 && { label: t("console.plan.up"), onPick: () => move(-1) },
    place < plan.length - 1 && { label: t("console.plan.down"), onPick: () => move(1) },
    {
      label: isHere ? t("console.plan.removeNot") : t("console.plan.remove"),
      disabled: isHere,
      onPick: () => void desk.act({ type: "step.remove", step: one.id }, { done: "console.plan.removed" }),
    },
  ];
}

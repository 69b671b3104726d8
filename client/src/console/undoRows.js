/**
 * How what only a moderator does is taken back: the rows of core/undo.js that no phone needs. Whoever fetches this has all of
 * them. Governed by the same rules (PRODUCT §5, 3); pure.
 *
 * @import { ClientCommand, Step, StepSettings } from "@protocol/generated/types"
 * @import { BoardState } from "../core/fold.js"
 * @import { Row } from "../core/undo.js"
 */
import { settingsOf as kiosksOf } from "../core/lab.js";
import { NEW_CARD, addRows, backToGroups, cardFields, cardIn, cardState, groupOf, idsOf, membersOf, nextOf, same } from "../core/undo.js";

export * from "../core/undo.js";

/** @param {Step} step @returns {StepSettings} */
const settingsOf = ({ id: _, ...settings }) => settings;

/** @param {BoardState} state @param {string} step */
const stepIn = ({ meta }, step) => meta.plan.find((one) => one.id === step);

/**
 * @param {BoardState} before
 * @param {BoardState} now
 * @param {string} step
 */
const nextStep = (before, now, step) =>
  nextOf(
    before.meta.plan.map(({ id }) => id),
    step,
    (id) => stepIn(now, id) !== undefined,
  );

addRows({
  "card.merge": {
    at: (state, command, made) => [NEW_CARD.at(state, command, made), membersOf(state, groupOf(state, made))],
    back: (before, now, { cards }, made) => {
      const group = groupOf(now, made);
      if (!NEW_CARD.back(before, now, {}, made)) return null;
      /** @type {ClientCommand} */
      const withdrawn = { type: "card.withdraw", card: made };
      if (!group || before.groups.has(group)) return [withdrawn];
      return [withdrawn, { type: "group.dissolve", group }, ...backToGroups(before, now, cards)];
    },
  },
  "card.remove": cardState({ shown: "card.restore", pending: "card.restore", hidden: "card.restore" }),
  "card.hide": cardState({ shown: "card.show" }),
  "card.show": cardState({ hidden: "card.hide" }),
  "card.stage": {
    at: ({ meta }, { card }) => meta.stages[card],
    back: (_, { meta }, { card }) => [{ type: "card.unstage", card, at_ms: meta.stages[card]?.at(-1)?.at_ms ?? 0 }],
  },
  "card.showcase": {
    at: (state, { card }) => [state.meta.showcases[card] ?? null, cardIn(state, card)?.state],
    back: ({ meta }, now, { card }) => {
      const showcase = meta.showcases[card] ?? null;
      const open = cardIn(now, card)?.state === "shown" && !cardIn(now, card)?.sealed;
      return open || !showcase ? [{ type: "card.showcase", card, showcase }] : null;
    },
  },
  "rebound.link": {
    at: cardFields(["parents", "verb", "owes"]),
    back: (before, _, { card, parent }) =>
      cardIn(before, card)?.parents.includes(parent) ? null : [{ type: "rebound.unlink", card, parent }],
  },

  "spotlight.set": {
    at: ({ meta }) => meta.spotlight,
    back: ({ meta }, now, { card = null, group = null }) =>
      same(now.meta.spotlight, card || group ? { card, group } : null)
        ? [{ type: "spotlight.set", card: meta.spotlight?.card ?? null, group: meta.spotlight?.group ?? null }]
        : null,
  },
  "relaunch.send": { at: ({ meta }) => meta.relaunch, back: (_, now) => (now.meta.relaunch ? [{ type: "relaunch.end" }] : null) },
  "wall.hide": { at: ({ meta }) => meta.wall_hidden, back: (_, now) => (now.meta.wall_hidden ? [{ type: "wall.show" }] : null) },
  "wall.show": { at: ({ meta }) => meta.wall_hidden, back: (_, now) => (now.meta.wall_hidden ? null : [{ type: "wall.hide" }]) },
  "board.lock": { at: ({ meta }) => meta.locked, back: (_, now) => (now.meta.locked ? [{ type: "board.unlock" }] : null) },
  "board.unlock": { at: ({ meta }) => meta.locked, back: (_, now) => (now.meta.locked ? null : [{ type: "board.lock" }]) },
  "board.rename": {
    at: ({ meta }) => meta.title,
    back: ({ meta }) => [{ type: "board.rename", title: meta.title }],
  },
  "kiosk.set": {
    at: ({ meta }) => kiosksOf(meta),
    back: ({ meta }, now, { settings }) =>
      same(kiosksOf(now.meta), settings) ? [{ type: "kiosk.set", settings: kiosksOf(meta), base: settings }] : null,
  },
  "section.add": {
    at: ({ meta }, _, made) => meta.sections.find(({ id }) => id === made),
    back: (_, now, __, made) =>
      idsOf(now, (card) => card.section === made).length === 0 ? [{ type: "section.remove", section: made }] : null,
  },
  "section.rename": {
    at: ({ meta }, { section }) => meta.sections.find(({ id }) => id === section),
    back: ({ meta }, _, { section }) => {
      const was = meta.sections.find(({ id }) => id === section);
      return was ? [{ type: "section.rename", section, title: was.title, hint: was.hint }] : null;
    },
  },

  "step.add": {
    at: (state, _, made) => stepIn(state, made),
    back: (_, now, __, made) => (now.meta.step.id === made ? null : [{ type: "step.remove", step: made }]),
  },
  "step.edit": {
    at: (state, { step }) => stepIn(state, step),
    back: (before, _, { step }) => {
      const was = stepIn(before, step);
      return was ? [{ type: "step.edit", step, settings: settingsOf(was) }] : null;
    },
  },
  "step.move": {
    at: ({ meta }) => meta.plan.map(({ id }) => id),
    back: (before, now, { step }) =>
      stepIn(before, step) ? [{ type: "step.move", step, before: nextStep(before, now, step) }] : null,
  },
  "step.remove": {
    at: ({ meta }) => meta.plan.map(({ id }) => id),
    back: (before, now, { step }) => {
      const was = stepIn(before, step);
      return was ? [{ type: "step.add", settings: settingsOf(was), before: nextStep(before, now, step) }] : null;
    },
  },

  "participant.remove": person((state, id) => state.meta.removed.includes(id), true, "participant.readmit"),
  "participant.readmit": person((state, id) => state.meta.removed.includes(id), false, "participant.remove"),
  "participant.mute": person((state, id) => state.meta.muted.includes(id), true, "participant.unmute"),
  "participant.unmute": person((state, id) => state.meta.muted.includes(id), false, "participant.mute"),
  "participant.promote": {
    at: (state, { participant }) => state.people.get(participant)?.role,
    back: (before, now, { participant, role }) => {
      const was = before.people.get(participant)?.role;
      const fits = was && was !== "kiosk" && was !== "display" && now.people.get(participant)?.role === role;
      return fits ? [{ type: "participant.promote", participant, role: was }] : null;
    },
  },
});

/**
 * Somebody is put on a moderators' list, or taken off it.
 * @param {(state: BoardState, participant: string) => boolean} listed
 * @param {boolean} on
 * @param {"participant.readmit" | "participant.remove" | "participant.unmute" | "participant.mute"} back
 * @returns {Row}
 */
function person(listed, on, back) {
  return {
    at: (state, { participant }) => listed(state, participant),
    back: (_, now, { participant }) => (listed(now, participant) === on ? [{ type: back, participant }] : null),
  };
}

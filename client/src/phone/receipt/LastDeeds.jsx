// What I have done last in this tab, each with its way back for as long as nobody has changed it since: where the « Annuler »
// that stands in a notice for a moment is found again.
import { useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { wordsOf } from "../../components/cardWords.js";
import { labelsOf, stackTitle } from "../../components/itemWords.js";
import { quoted } from "../../components/quoted.js";
import { Refused } from "../../core/refused.js";
import { fetchRefusals, t, tError } from "../../i18n/index.js";
import "../later/texts.js";
import "./lastDeeds.css";

/** @typedef {import("../../core/store.js").BoardStore} BoardStore */
/** @typedef {import("../../core/store.js").Deed} Deed */

/** @param {{ desk: import("../BoardScreen.jsx").Desk }} props */
export function LastDeeds({ desk: { store } }) {
  const [said, setSaid] = useState(/** @type {string | null} */ (null));
  void store.undo.value; // has the ways back fetched
  const rows = [...store.deeds.value].reverse().flatMap((deed) => {
    const { can, undo } = store.undoOf([deed.command]);
    return can ? [{ at: deed.seq, what: inWords(store, deed), undo }] : [];
  });
  if (rows.length === 0 && said === null) return null;
  /** @param {HTMLElement} button  which goes away with what it takes back: the focus stays here @param {() => Promise<void>} undo */
  const takeBack = async (button, undo) => {
    button.closest("section")?.focus({ preventScroll: true });
    setSaid(store.status.peek() === "live" ? "" : t("phone.compose.kept"));
    try {
      await undo();
      setSaid(t("phone.undo.done"));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await fetchRefusals();
      setSaid(tError(error));
    }
  };
  return (
    <section class="deeds" tabIndex={-1} aria-labelledby="deeds-title">
      <h3 id="deeds-title">{t("phone.deeds.title")}</h3>
      <p role="status">{said}</p>
      <ul>
        {rows.map(({ at, what, undo }) => (
          <li key={`${at} ${what}`} class="deeds__one">
            <span dir="auto">{what}</span>
            <Button aria-label={t("phone.deeds.undo", { what })} onClick={(event) => void takeBack(event.currentTarget, undo)}>
              {t("phone.undo")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/**
 * What somebody has done, by the command that did it.
 * @type {Record<string, "add" | "rebound" | "edit" | "move" | "tag" | "withdraw" | "restore" | undefined>}
 */
const DEEDS = {
  "card.add": "add",
  "card.rebound": "rebound",
  "card.edit": "edit",
  "card.move": "move",
  "card.tag": "tag",
  "card.withdraw": "withdraw",
  "card.restore": "restore",
};
/** The others by what they are about. @type {Record<string, "comment" | "vote" | "stack" | undefined>} */
const ABOUT = { comment: "comment", vote: "vote", group: "stack" };

/** @param {BoardStore} store @param {Deed} deed */
function inWords(store, { command, made }) {
  const [about = ""] = command.type.split(".");
  const deed = DEEDS[command.type] ?? ABOUT[about] ?? "other";
  return t(`phone.deed.${deed}`, { text: itsWords(store, /** @type {any} */ (command), made) });
}

/**
 * The words of what it was done to, or of what it made.
 * @param {BoardStore} store
 * @param {{ type: string, round?: string, card?: string, left?: string, right?: string, group?: string, comment?: string }} command
 * @param {string | undefined} made
 */
function itsWords(store, { type, round: id, card, left, right, group, comment }, made) {
  const [cards, groups] = [store.cards.value, store.groups.value];
  const round = store.rounds.value.find((one) => one.id === id);
  if (round) return [card, left, right].flatMap((item) => (item ? quoted(labelsOf(round, { cards, groups })(item)) : [])).join(" / ");
  if (type.startsWith("comment.")) {
    const words = [...store.comments.value.values()].flat().find((one) => one.id === (comment ?? made))?.text;
    return quoted(words ?? "");
  }
  const stack = card ? undefined : groups.get(group ?? made ?? "");
  if (stack) return quoted(stackTitle(stack, [...cards.values()].filter((one) => one.group === stack.id)));
  return quoted(wordsOf(cards.get(card ?? made ?? "")));
}

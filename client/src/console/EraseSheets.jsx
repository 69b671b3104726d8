// Before words that are on no card go for good (LG7): a vote's, and all that no longer stands on the board.
import { ConfirmSheet } from "../components/Sheet.jsx";
import { t } from "../i18n/index.js";
import { roundName } from "./rounds.js";

/** @typedef {import("./Sheets.jsx").SheetProps} SheetProps */

/** @param {SheetProps & { round: string }} props */
export function EraseVoteSheet({ store, desk, close, round: id }) {
  const rounds = store.rounds.value;
  const round = rounds.find((other) => other.id === id);
  if (!round) return null;
  return (
    <ConfirmSheet
      open
      title={t("console.vote.eraseTitle")}
      confirm={t("console.card.eraseGo")}
      onClose={close}
      onConfirm={() => {
        close();
        void desk.act({ type: "round.erase", round: id }, { done: "console.vote.erased" });
      }}
    >
      <blockquote class="quoted-card">{roundName(round, rounds)}</blockquote>
      <p>{t("console.vote.eraseAbout")}</p>
    </ConfirmSheet>
  );
}

/** @param {SheetProps} props */
export function ForgetPastSheet({ desk, close }) {
  return (
    <ConfirmSheet
      open
      title={t("console.past.title")}
      confirm={t("console.card.eraseGo")}
      onClose={close}
      onConfirm={() => {
        close();
        void desk.act({ type: "board.forget" }, { done: "console.past.done" });
      }}
    >
      <p>{t("console.past.about")}</p>
    </ConfirmSheet>
  );
}

// Who I am here, the language, the appearance, and the way out for whoever is not the person this phone takes them for.
import { useState } from "preact/hooks";
import { AuthorMark } from "../../components/AuthorMark.jsx";
import { Button } from "../../components/Button.jsx";
import { LanguageSwitch } from "../../components/Segmented.jsx";
import { ThemeSwitch } from "../../components/ThemeSwitch.jsx";
import { ConfirmSheet, Sheet } from "../../components/Sheet.jsx";
import { labOf } from "../../core/lab.js";
import { t } from "../../i18n/index.js";
import "./settings.css";
import "./texts.js";

/** @param {{ desk: import("../BoardScreen.jsx").Desk, onClose: () => void }} props */
export default function SettingsSheet({ desk, onClose }) {
  const [leaving, setLeaving] = useState(false);
  const { store } = desk;
  const you = store.you.value;
  const board = store.board.value;
  const isGuest = you?.role === "participant" || you?.role === "staff";
  if (leaving) {
    return (
      <ConfirmSheet
        open
        title={t("phone.settings.leaveTitle")}
        confirm={t("phone.settings.leaveYes")}
        onClose={() => setLeaving(false)}
        onConfirm={desk.leave}
      >
        <p>{t("phone.settings.leaveLine")}</p>
      </ConfirmSheet>
    );
  }
  return (
    <Sheet open title={t("phone.settings.title")} onClose={onClose}>
      {you && !board?.anonymous && (
        <p class="settings__you">
          <span class="quiet">{t("phone.settings.you")}</span>
          <AuthorMark person={store.people.value.get(you.participant) ?? you} segments={board?.segments} />
        </p>
      )}
      <div class="settings__row">
        <span aria-hidden="true">{t("part.language")}</span>
        <LanguageSwitch />
      </div>
      <div class="settings__row">
        <span aria-hidden="true">{t("part.theme")}</span>
        <ThemeSwitch />
      </div>
      <Button
        onClick={() => {
          desk.sheet.value = { name: "receipt/receipt" };
        }}
      >
        {t("phone.settings.receipt")}
      </Button>
      {board && <p class="quiet">{t("phone.settings.code", { code: board.code })}</p>}
      {board && labOf(board).length > 0 && <a href={`/lab/${board.code}`}>{t("phone.settings.lab")}</a>}
      {isGuest && !board?.anonymous && (
        <Button onClick={() => void (desk.sheet.value = { name: "later/forget" })}>{t("phone.settings.forget")}</Button>
      )}
      {isGuest && <Button onClick={() => setLeaving(true)}>{t("phone.settings.leave")}</Button>}
    </Sheet>
  );
}

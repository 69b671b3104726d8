// The votes still to give, as balls in a tray. Beyond what an eye counts, the number alone.
import { t } from "../i18n/index.js";
import "./Tray.css";
import "./later/texts.js";

const BALLS_SHOWN = 12;

/** @param {{ left: number, budget: number, children?: import("preact").ComponentChildren }} props `children`: actions */
export function Tray({ left, budget, children }) {
  return (
    <div class="tray">
      {budget <= BALLS_SHOWN && (
        <span class="tray__balls" aria-hidden="true">
          {Array.from({ length: budget }, (_, place) => (
            <span key={place} class="tray__ball" data-given={place >= left || undefined} />
          ))}
        </span>
      )}
      <p class="tray__words" role="status">
        <strong>{t("part.tray.left", { n: left })}</strong> {left > 0 && <span>{t("part.tray.of", { n: budget })}</span>}
      </p>
      {children}
    </div>
  );
}

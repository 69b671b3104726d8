// How much there is, as it grows: ideas, rebounds, opinions. Numbers only; they may stand in a shop window.
import { t } from "../../i18n/index.js";
import "./Counters.css";

/** @param {{ counts: { ideas: number, rebounds: number, opinions: number } }} props */
export function Counters({ counts }) {
  return (
    <ul class="counters" aria-label={t("kiosk.count.all")}>
      {/** @type {const} */ (["ideas", "rebounds", "opinions"]).map((what) => (
        <li key={what}>
          {counts[what] > 0 && (
            <>
              {/* keyed by its number: a new one is drawn anew, and rises */}
              <strong key={counts[what]} class="counters__number">
                {new Intl.NumberFormat(document.documentElement.lang || "en").format(counts[what])}
              </strong>{" "}
            </>
          )}
          <span>{t(`kiosk.count.${what}`, { n: counts[what] })}</span>
        </li>
      ))}
    </ul>
  );
}

// How much there is, as it grows: ideas, rebounds, opinions. Numbers only; they may stand in a shop window.
import { t } from "../../i18n/index.js";
import "./Counters.css";

const WHAT = /** @type {const} */ (["ideas", "rebounds", "opinions"]);

/** @param {{ counts: { ideas: number, rebounds: number, opinions: number } }} props */
export function Counters({ counts }) {
  // nobody is told what there is none of, but for the ideas, which are what it is about
  const told = WHAT.filter((what) => what === "ideas" || counts[what] > 0);
  return (
    <ul class="counters" aria-label={t("kiosk.count.all")}>
      {told.map((what) => (
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

// What surrounds every screen: whose lab this is, whether the line is there, and the bar under it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Logo } from "../../components/VerbIcon.jsx";
import { t } from "../../i18n/index.js";
import { Bar } from "./Bar.jsx";
import { useVisit } from "./context.js";
import { useFit } from "./useFit.js";
import "./Frame.css";

/**
 * @param {{
 *   name: string,
 *   title?: string,
 *   about?: string,
 *   label?: string,
 *   fixed?: boolean,
 *   named?: boolean,
 *   children: import("preact").ComponentChildren,
 * }} props `title`: the screen's heading, where what it shows is not one itself; `label`: who says it, above; `fixed`: leave the focus where it is; `named`: its own words say whose lab it is
 */
export function Frame({ name, title, about, label, fixed = false, named = false, children }) {
  const { engine } = useVisit();
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  useFit(main, name);
  useLayoutEffect(() => {
    if (!fixed) main.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, [name, fixed]);
  return (
    <div class="kiosk" data-screen={name}>
      <header class="kiosk__head">
        <Logo />
        <p class="kiosk__place">{!named && placeOf(engine) !== title && placeOf(engine)}</p>
        <Line engine={engine} />
      </header>
      <main class="kiosk__main" ref={main}>
        {(title || label) && (
          <div class="kiosk__title">
            {label && <p class="kiosk__label">{label}</p>}
            {title && <h1 tabIndex={-1}>{title}</h1>}
            {about && <p class="kiosk__about">{about}</p>}
          </div>
        )}
        {children}
      </main>
      <Bar root={main} />
    </div>
  );
}

/** @param {import("./context.js").Engine} engine */
export const placeOf = (engine) => engine.boards.value[0]?.title.value || t("kiosk.place");

/** Nothing while the line is fine. @param {{ engine: import("./context.js").Engine }} props */
export function Line({ engine }) {
  const away = engine.seat.value.is === "seated" && !engine.online.value;
  return (
    <p class="kiosk__line" role="status">
      {away && <span class="kiosk__offline">{t("kiosk.offline")}</span>}
    </p>
  );
}

// How it looks to the others, now: a phone, a wall and a kiosk, live, drawn small. The page in each is the one they have.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Segmented } from "../components/Segmented.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { t } from "../i18n/index.js";
import "./PreviewSheet.css";

/** @typedef {"phone" | "wall" | "kiosk"} Surface */

/** @type {Record<Surface, { width: number, height: number }>} CSS pixels, as PRODUCT §4 asks to look at them */
const SIZES = { phone: { width: 360, height: 740 }, wall: { width: 1920, height: 1080 }, kiosk: { width: 1080, height: 1920 } };

/** @type {Record<Surface, "seenByPhone" | "seenByWall" | "seenByKiosk">} */
const ADDRESSES = { phone: "seenByPhone", wall: "seenByWall", kiosk: "seenByKiosk" };

export const SURFACES = /** @type {readonly Surface[]} */ (Object.keys(SIZES));

/** @param {{ links: import("./links.js").BoardLinks, close: () => void, first?: Surface | undefined }} props `first`: the one to begin with */
export function PreviewSheet({ links, close, first = "phone" }) {
  const surface = useSignal(first);
  const address = links[ADDRESSES[surface.value]];
  return (
    <Sheet open wide title={t("console.seeAs")} onClose={close}>
      <Segmented
        label={t("console.seeAs")}
        options={SURFACES.map((value) => ({ value, label: t(`console.seeAs.${value}`) }))}
        value={surface.value}
        onChange={(value) => (surface.value = value)}
      />
      {address ? (
        <Frame key={surface.value} title={t(`console.seeAs.${surface.value}`)} address={address} onEscape={close} {...SIZES[surface.value]} />
      ) : (
        <p class="quiet">{t("console.share.elsewhere")}</p>
      )}
      <p class="quiet small">{t(surface.value === "kiosk" ? "console.seeAs.kiosk.about" : "console.seeAs.about")}</p>
    </Sheet>
  );
}

/**
 * A page at its real size, shrunk to the room there is. Escape leaves it from inside, too, where it closes nothing there.
 * @param {{ title: string, address: string, width: number, height: number, onEscape: () => void }} props
 */
function Frame({ title, address, width, height, onEscape }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const fit = () => {
      const most = Math.min(1, element.clientWidth / width, (window.innerHeight * 0.62) / height);
      element.style.height = `${Math.round(height * most)}px`;
      if (frame.current) frame.current.style.transform = `translateX(-50%) scale(${most})`;
    };
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(element);
    return () => watch.disconnect();
  }, [width, height]);
  const listen = () => {
    const page = frame.current?.contentWindow;
    page?.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !page.document.querySelector("dialog[open]")) onEscape();
    });
  };
  return (
    <div class="preview" ref={place}>
      <iframe ref={frame} class="preview__page" title={title} src={address} width={width} height={height} onLoad={listen} />
    </div>
  );
}

// Choices and texts on pages, with two large buttons under them. Nothing scrolls, nothing is dragged.
import { t } from "../../i18n/index.js";
import { useListPages, useTextPages } from "./usePages.js";
import "./Pages.css";

/**
 * @template T
 * @param {{
 *   items: readonly T[],
 *   keyOf: (item: T) => string,
 *   children: (item: T) => import("preact").ComponentChildren,
 *   most?: number,
 *   shape?: "rows" | "tiles",
 *   label?: string,
 * }} props
 */
export function Choices({ items, keyOf, children, most, shape = "rows", label }) {
  const pages = useListPages(items, most);
  return (
    <div class="choices">
      <ul class="choices__list" data-shape={shape} aria-label={label} ref={/** @type {import("preact").Ref<HTMLUListElement>} */ (pages.place)}>
        {pages.shown.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      {(pages.more || pages.less) && (
        <Turner
          where={t("kiosk.page.some", { from: pages.from, to: pages.to, count: pages.count })}
          onPrevious={pages.less ? pages.previous : null}
          onNext={pages.more ? pages.next : null}
        />
      )}
    </div>
  );
}

/** @param {{ about: string, children: import("preact").ComponentChildren, class?: string }} props `about` names the text */
export function TextPages({ about, children, class: extra = "" }) {
  const pages = useTextPages(about);
  return (
    <div class={`text-pages ${extra}`}>
      <div class="text-pages__columns" ref={pages.place}>
        {children}
      </div>
      {pages.count > 1 && (
        <Turner
          where={t("kiosk.page.of", { n: pages.page + 1, count: pages.count })}
          onPrevious={pages.page > 0 ? pages.previous : null}
          onNext={pages.page < pages.count - 1 ? pages.next : null}
        />
      )}
    </div>
  );
}

/** @param {{ where: string, onPrevious: (() => void) | null, onNext: (() => void) | null }} props null: there is none that way */
function Turner({ where, onPrevious, onNext }) {
  return (
    <div class="turner">
      <button type="button" class="button" aria-disabled={onPrevious ? undefined : true} onClick={onPrevious ?? undefined}>
        <svg class="turner__sign" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M14.5 5 7.5 12l7 7" />
        </svg>
        {t("kiosk.page.previous")}
      </button>
      <p class="turner__where" role="status">
        {where}
      </p>
      <button type="button" class="button" aria-disabled={onNext ? undefined : true} onClick={onNext ?? undefined}>
        {t("kiosk.page.next")}
        <svg class="turner__sign" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M9.5 5l7 7-7 7" />
        </svg>
      </button>
    </div>
  );
}

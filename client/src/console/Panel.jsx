// A titled part of a column.
import { useId } from "preact/hooks";
import "./Panel.css";

/**
 * @param {{ title: string, count?: string, children: import("preact").ComponentChildren, class?: string,
 *   aside?: import("preact").ComponentChildren, anchor?: string }} props `aside`: what stands at the end of the title's line;
 *   `anchor`: the id by which a link leads here
 */
export function Panel({ title, count, children, class: extra, aside, anchor }) {
  const id = useId();
  return (
    <section class={extra ? `panel ${extra}` : "panel"} aria-labelledby={id} id={anchor} tabIndex={anchor ? -1 : undefined}>
      <div class="panel__head">
        <h2 id={id} class="panel__title">
          {title}
          {count !== undefined && <span class="panel__count">{count}</span>}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

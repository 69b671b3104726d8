// A titled part of a column.
import { useId } from "preact/hooks";

/**
 * @param {{ title: string, count?: string, children: import("preact").ComponentChildren, class?: string }} props
 */
export function Panel({ title, count, children, class: extra }) {
  const id = useId();
  return (
    <section class={extra ? `panel ${extra}` : "panel"} aria-labelledby={id}>
      <h2 id={id} class="panel__title">
        {title}
        {count !== undefined && <span class="panel__count">{count}</span>}
      </h2>
      {children}
    </section>
  );
}

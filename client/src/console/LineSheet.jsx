// One line of text and a button: a title for the board, a section or a stack.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { Sheet } from "../components/Sheet.jsx";

/**
 * @param {{ heading: string, label: string, go: string, before: string, max: number, save: (text: string) => Promise<boolean>,
 *   close: () => void, above?: import("preact").ComponentChildren }} props
 */
export function LineSheet({ heading, label, go, before, max, save, close, above }) {
  const text = useSignal(before);
  const id = useId();
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (await save(text.value.trim())) close();
  };
  return (
    <Sheet open title={heading} onClose={close}>
      {above}
      <form class="panel__stack" onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for={id}>{label}</label>
          <input
            id={id}
            autofocus
            class="input"
            value={text.value}
            maxLength={max}
            autocomplete="off"
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </div>
        <Button type="submit" kind="strong">
          {go}
        </Button>
      </form>
    </Sheet>
  );
}

// On or off, at once. A native checkbox said as a switch; what it means stands beside it.
import { useId } from "preact/hooks";
import "./Switch.css";

/**
 * @param {{
 *   label: string,
 *   checked: boolean,
 *   onChange: (on: boolean) => void,
 *   about?: string,
 *   disabled?: boolean,
 *   busy?: boolean,
 * }} props `busy`: waits for an answer, stands between off and on, keeps its focus, ignores presses
 */
export function Switch({ label, checked, onChange, about, disabled = false, busy = false }) {
  const id = useId();
  return (
    <label class="switch" data-busy={busy || undefined}>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        aria-busy={busy || undefined}
        aria-disabled={busy || undefined}
        aria-describedby={about ? id : undefined}
        onChange={(event) => {
          const wanted = event.currentTarget.checked;
          event.currentTarget.checked = checked; // shows what is so, not what was asked
          if (!busy) onChange(wanted);
        }}
      />
      <span class="switch__track" aria-hidden="true" />
      <span class="switch__words">
        <span>{label}</span>
        {about && (
          <span class="quiet small" id={id}>
            {about}
          </span>
        )}
      </span>
    </label>
  );
}

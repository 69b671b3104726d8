// On or off, at once. A native checkbox said as a switch; what it means stands beside it.
import { useId } from "preact/hooks";
import "./Switch.css";

/**
 * @param {{ label: string, checked: boolean, onChange: (on: boolean) => void, about?: string, disabled?: boolean }} props
 */
export function Switch({ label, checked, onChange, about, disabled = false }) {
  const id = useId();
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        aria-describedby={about ? id : undefined}
        onChange={(event) => {
          const wanted = event.currentTarget.checked;
          event.currentTarget.checked = checked; // shows what is so, not what was asked
          onChange(wanted);
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

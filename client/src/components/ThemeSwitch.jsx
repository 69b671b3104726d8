// The appearance of this screen: light, dark, or as the device says.
import { chooseTheme, theme } from "../design/theme.js";
import { t } from "../i18n/index.js";
import { Segmented } from "./Segmented.jsx";
import "./later/texts.js";

/** Light, dark, or as the device says. */
export function ThemeSwitch() {
  return (
    <Segmented
      small
      label={t("part.theme")}
      options={[
        { value: "auto", label: t("part.theme.auto") },
        { value: "light", label: t("part.theme.light") },
        { value: "dark", label: t("part.theme.dark") },
      ]}
      value={theme.value}
      onChange={chooseTheme}
    />
  );
}

// How it works, in a few sentences; who helps when it does not; and the quiet door of the staff. And the languages, where
// there are more than two.
import { Button } from "../../components/Button.jsx";
import { language, t } from "../../i18n/index.js";
import { languages } from "../../i18n/languages.js";
import { useVisit } from "./context.js";
import { Frame } from "./Frame.jsx";
import { Choices, TextPages } from "./Pages.jsx";
import { Choice } from "./Tile.jsx";
import "./Help.css";

const LINES = /** @type {const} */ (["read", "write", "approve", "privacy", "access", "person"]);

export function Help() {
  const { engine, back } = useVisit();
  return (
    <Frame name="help" title={t("kiosk.help.title")}>
      <TextPages about="help" class="help">
        <ul class="help__lines">
          {LINES.map((line) => (
            <li key={line}>{t(`kiosk.help.${line}`)}</li>
          ))}
        </ul>
      </TextPages>
      <div class="help__deeds">
        <Button kind="primary" onClick={back ?? undefined}>
          {t("kiosk.help.done")}
        </Button>
        {engine.seat.value.is === "seated" && (
          <Button kind="bare" class="help__staff" onClick={engine.staff.ask}>
            {t("kiosk.help.staff")}
          </Button>
        )}
      </div>
    </Frame>
  );
}

export function LanguageChoice() {
  const { engine, back } = useVisit();
  return (
    <Frame name="languages" title={t("kiosk.language.title")}>
      <Choices items={Object.entries(languages)} keyOf={([tag]) => tag}>
        {([tag, name]) => (
          <Choice
            title={name}
            lang={tag}
            strong={tag === language.value}
            onPress={() => {
              engine.visit.look.setLocale(tag);
              back?.();
            }}
          />
        )}
      </Choices>
    </Frame>
  );
}

// How others come in: the code, the links, the wall; and how the board goes out.
import { Button } from "../components/Button.jsx";
import { CopyField } from "../components/CopyField.jsx";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import { FORMATS, takeExport } from "./takeExport.js";

/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("./links.js").BoardLinks} BoardLinks */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ desk: Desk, board: BoardMeta, links: BoardLinks }} props */
export function SharePanel({ desk, board, links }) {
  return (
    <Panel title={t("console.share")}>
      <p class="share__code">
        <span class="only-said">{t("console.share.code")} </span>
        {board.code}
      </p>
      <div class="panel__row">
        {links.wall && (
          <a class="button button--plain" href={links.wall} target="_blank" rel="noopener">
            {t("console.wall")}
          </a>
        )}
        <Button onClick={() => (desk.sheet.value = { kind: "qr" })}>{t("console.share.qr")}</Button>
      </div>
      <CopyField label={t("console.share.participant")} value={links.participant} />
      <details class="share__secret">
        <summary>{t("console.share.powers")}</summary>
        <div class="panel__stack">
          {links.wall && <CopyField label={t("console.share.wall")} value={links.wall} />}
          {links.kiosk && <CopyField label={t("console.share.kiosk")} value={links.kiosk} />}
          <CopyField
            label={t("console.share.moderator")}
            value={links.moderator}
            hint={t("console.share.secret")}
          />
          {!links.wall && <p class="quiet small">{t("console.share.elsewhere")}</p>}
        </div>
      </details>
    </Panel>
  );
}

/** @param {{ desk: Desk, board: BoardMeta, token: string }} props */
export function ExportPanel({ desk, board, token }) {
  return (
    <Panel title={t("console.export")}>
      <div class="panel__row">
        {FORMATS.map((format) => (
          <Button
            key={format}
            onClick={async () => {
              if (!(await takeExport(board, format, token))) desk.complain(t("console.export.failed"));
            }}
          >
            {t(`console.export.${format}`)}
          </Button>
        ))}
      </div>
    </Panel>
  );
}

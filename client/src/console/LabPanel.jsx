// A lab on the desk: its boards, its screens, its front page. On a board that is no lab it is not there.
import { Button } from "../components/Button.jsx";
import { labOf } from "../core/lab.js";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";

/** @param {{ desk: import("./desk.js").Desk, board: import("../core/fold.js").BoardMeta, links: import("./links.js").BoardLinks }} props */
export function LabPanel({ desk, board, links }) {
  return (
    <Panel title={t("console.lab")}>
      <div class="panel__row">
        <Button onClick={() => (desk.sheet.value = { kind: "lab" })}>{t("console.lab.open", { n: labOf(board).length })}</Button>
        <Button onClick={() => (desk.sheet.value = { kind: "kiosks" })}>{t("console.kiosks")}</Button>
        <a class="button button--bare" href={links.lab} target="_blank" rel="noopener">
          {t("console.lab.page.open")}
        </a>
      </div>
    </Panel>
  );
}

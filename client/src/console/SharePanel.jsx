// How others come in: the code, the links, the wall, invitations; how it looks to them; and how the board goes out.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { CopyField } from "../components/CopyField.jsx";
import { Refused } from "../core/refused.js";
import { dayText } from "../i18n/dates.js";
import { t, tError } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import { SURFACES } from "./PreviewSheet.jsx";
import { FORMATS, takeExport } from "./takeExport.js";
import "./SharePanel.css";

/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */
/** @typedef {import("@protocol/generated/types.d.ts").Invitation} Invitation */
/** @typedef {import("@protocol/generated/types.d.ts").InvitedRole} InvitedRole */
/** @typedef {import("./links.js").BoardLinks} BoardLinks */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ desk: Desk, board: BoardMeta, links: BoardLinks, api: DeskApi }} props */
export function SharePanel({ desk, board, links, api }) {
  const inviting = useSignal(false);
  return (
    <Panel title={t("console.share")}>
      <p class="share__code">
        <span class="only-said">{t("console.share.code")} </span>
        {board.code}
      </p>
      <div class="panel__row">
        {links.wall && (
          <a class="button button--plain" href={links.wall} target="_blank" rel="noopener" aria-keyshortcuts="W">
            {t("console.wall")}
          </a>
        )}
        <Button onClick={() => (desk.sheet.value = { kind: "qr" })}>{t("console.share.qr")}</Button>
      </div>
      <CopyField label={t("console.share.participant")} value={links.participant} />
      <details onToggle={(event) => (inviting.value = event.currentTarget.open)}>
        <summary>{t("console.invite")}</summary>
        {inviting.value && <Invitations desk={desk} api={api} />}
      </details>
      <details class="share__secret">
        <summary>{t("console.share.powers")}</summary>
        <div class="panel__stack">
          {links.wall && <CopyField label={t("console.share.wall")} value={links.wall} />}
          {links.kiosk && <CopyField label={t("console.share.kiosk")} value={links.kiosk} />}
          {links.moderator && (
            <CopyField label={t("console.share.moderator")} value={links.moderator} hint={t("console.share.secret")} />
          )}
          {!links.wall && <p class="quiet small">{t("console.share.elsewhere")}</p>}
        </div>
      </details>
    </Panel>
  );
}

/** @type {readonly InvitedRole[]} */
const INVITED = ["moderator", "staff"];

/** @param {{ desk: Desk, api: DeskApi }} props */
function Invitations({ desk, api }) {
  const all = useSignal(/** @type {readonly Invitation[]} */ ([]));
  const busy = useSignal(false);
  /** @param {() => Promise<void>} work */
  const doing = async (work) => {
    busy.value = true;
    try {
      await work();
    } catch (error) {
      desk.complain(error instanceof Refused ? tError(error) : t("error.unknown"));
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => {
    api.invitations().then(
      // one that was made while this was asked for may not be among them
      (rows) => (all.value = [...all.value.filter((one) => !rows.some(({ id }) => id === one.id)), ...rows]),
      () => undefined, // a new one can be made all the same
    );
  }, [api, all]);
  return (
    <div class="panel__stack">
      <p class="quiet small">{t("console.invite.about")}</p>
      <div class="panel__row">
        {INVITED.map((role) => (
          <Button
            key={role}
            busy={busy.value}
            onClick={() =>
              void doing(async () => {
                all.value = [await api.invite({ role, name: null, days: 7 }), ...all.value];
              })
            }
          >
            {t(`console.invite.${role}`)}
          </Button>
        ))}
      </div>
      <ul class="panel__stack">
        {all.value.map((one) => (
          <li key={one.id} class="invitation">
            <CopyField
              label={t(`console.invite.for.${one.role}`)}
              value={one.link}
              hint={t("console.invite.until", { day: dayText(one.expires_ms, "medium") })}
            />
            <Button
              kind="bare"
              class="panel__start"
              busy={busy.value}
              aria-label={t("console.invite.endOf", { invitation: t(`console.invite.for.${one.role}`) })}
              onClick={() =>
                void doing(async () => {
                  await api.uninvite(one.id);
                  all.value = all.value.filter((other) => other.id !== one.id);
                })
              }
            >
              {t("console.invite.end")}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the others have before them now, one press away. @param {{ desk: Desk }} props */
export function SeeAsPanel({ desk }) {
  return (
    <Panel title={t("console.seeAs")}>
      <div class="panel__row see-as">
        {SURFACES.map((surface) => (
          <Button key={surface} aria-haspopup="dialog" onClick={() => (desk.sheet.value = { kind: "preview", surface })}>
            {t(`console.seeAs.${surface}`)}
          </Button>
        ))}
      </div>
    </Panel>
  );
}

/** @param {{ desk: Desk, board: BoardMeta, token: string }} props */
export function ExportPanel({ desk, board, token }) {
  return (
    <Panel title={t("console.export")}>
      <div class="panel__row">
        {FORMATS.map((format) => (
          <Button key={format} onClick={() => void takeHome(desk, board, format, token)}>
            {t(`console.export.${format}`)}
          </Button>
        ))}
      </div>
    </Panel>
  );
}

/**
 * @param {Desk} desk
 * @param {BoardMeta} board
 * @param {(typeof FORMATS)[number]} format
 * @param {string} token
 */
export async function takeHome(desk, board, format, token) {
  if (!(await takeExport(board, format, token))) desk.complain(t("console.export.failed"));
}

// A lab on the desk: its boards and what waits there, its screens, its front page; and, on a board of a lab, which lab that is.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../components/Button.jsx";
import { ConfirmSheet } from "../components/Sheet.jsx";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { labOf } from "../core/lab.js";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";
import { createWatched } from "./watched.js";
import "./LabSheets.css";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./deskApi.js").DeskApi} DeskApi */
/** @typedef {import("./links.js").BoardLinks} BoardLinks */
/** @typedef {import("@protocol/generated/types.d.ts").LabOfBoard} LabOfBoard */

const LOOK_EVERY_MS = 30_000;

/** On a board that is no lab it is not there. @param {{ desk: Desk, board: import("../core/fold.js").BoardMeta, links: BoardLinks, api: DeskApi }} props */
export function LabPanel({ desk, board, links, api }) {
  const boards = useMemo(() => createWatched(api.labBoards, () => LOOK_EVERY_MS), [api]);
  const inLab = labOf(board);
  useEffect(() => (inLab.length > 0 ? boards.watch() : undefined), [boards, inLab.length]);
  const waiting = (boards.rows.value ?? [])
    .filter((one) => inLab.includes(one.board))
    .reduce((sum, one) => sum + one.cards_waiting + one.comments_waiting, 0);
  return (
    <Panel title={t("console.lab")}>
      {waiting > 0 && <p>{t("console.lab.waiting", { n: waiting })}</p>}
      <div class="panel__row">
        <Button onClick={() => (desk.sheet.value = { kind: "lab" })}>{t("console.lab.open", { n: inLab.length })}</Button>
        <Button onClick={() => (desk.sheet.value = { kind: "kiosks" })}>{t("console.kiosks")}</Button>
        <a class="button button--bare" href={links.lab} target="_blank" rel="noopener">
          {t("console.lab.page.open")}
        </a>
      </div>
    </Panel>
  );
}

/**
 * On a board that is in no lab it is not there.
 * @param {{ desk: Desk, links: BoardLinks, api: DeskApi, live: boolean }} props `live`: there is a line
 */
export function InLabPanel({ desk, links, api, live }) {
  const labs = useMemo(() => createWatched(api.labs, () => LOOK_EVERY_MS), [api]);
  useEffect(() => (live ? labs.watch() : undefined), [labs, live]);
  const leaving = useSignal(/** @type {LabOfBoard | null} */ (null));
  const kept = useKeptFocus("li");
  const rows = labs.rows.value ?? [];
  /** @param {LabOfBoard} lab */
  const leave = async ({ board, title }) => {
    leaving.value = null;
    try {
      await api.leaveLab(board);
      desk.tell(t("console.inLab.left", { title }));
    } catch (error) {
      desk.complain(error instanceof Refused ? tError(error) : t("error.unknown")); // the list says that it is still there
    }
    await labs.look();
  };
  if (rows.length === 0) return null;
  return (
    <Panel title={t("console.inLab")}>
      <p>{t("console.inLab.about", { n: rows.length })}</p>
      <ul class="lab-list" {...kept}>
        {rows.map((lab) => (
          <li key={lab.board} class="lab-list__row">
            <span>
              <a href={links.participant.replace(/\/j\/[^/]*$/, `/lab/${lab.code}`)} target="_blank" rel="noopener">
                <bdi>{lab.title}</bdi>
              </a>{" "}
              <span class="quiet small">{lab.code}</span>
            </span>
            <Button aria-label={t("console.inLab.leaveOf", { title: lab.title })} onClick={() => (leaving.value = lab)}>
              {t("console.inLab.leave")}
            </Button>
          </li>
        ))}
      </ul>
      {leaving.value && (
        <ConfirmSheet
          open
          title={t("console.inLab.leaveTitle")}
          confirm={t("console.inLab.leave")}
          onClose={() => (leaving.value = null)}
          onConfirm={() => leaving.value && void leave(leaving.value)}
        >
          <p>
            <strong dir="auto">{leaving.value.title}</strong>
          </p>
          <p>{t("console.inLab.leaveAbout")}</p>
        </ConfirmSheet>
      )}
    </Panel>
  );
}

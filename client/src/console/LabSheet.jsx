// The boards of this lab: which are in it and what waits there, how another comes in, and where the lab's front page is.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo } from "preact/hooks";
import { LIMITS } from "@protocol/generated/tables.js";
import { Button } from "../components/Button.jsx";
import { CopyField } from "../components/CopyField.jsx";
import { Sheet } from "../components/Sheet.jsx";
import { useKeptFocus } from "../components/useKeptFocus.js";
import { boardFace } from "../core/http.js";
import { labOf } from "../core/lab.js";
import { Refused } from "../core/refused.js";
import { t, tError } from "../i18n/index.js";
import { boardTyped, steeredBoards, waitingText } from "./labBoards.js";
import { createWatched } from "./watched.js";
import "./LabSheets.css";

/** @typedef {import("./labBoards.js").Steered} Steered */
/** Null: the board is gone. @typedef {{ title: string | null, code: string | null }} Face */

/** @typedef {import("@protocol/generated/types.d.ts").LabBoard} LabBoard */

const LOOK_EVERY_MS = 15_000;
/** So many are offered by name, the newest first; another comes in by its code. */
const OFFERED = 6;

/** @param {import("./Sheets.jsx").SheetProps & { api: import("./deskApi.js").DeskApi, links: import("./links.js").BoardLinks }} props */
export function LabSheet({ store, close, api, links }) {
  const board = store.board.value;
  const busy = useSignal(/** @type {string | null} */ (null));
  const problem = useSignal("");
  const typed = useSignal("");
  const steered = useMemo(steeredBoards, []);
  const inLab = board ? labOf(board) : [];
  const boards = useMemo(() => createWatched(api.labBoards, () => LOOK_EVERY_MS), [api]);
  const linked = inLab.join();
  useEffect(() => boards.watch(), [boards, linked]);
  const rows = new Map(boards.rows.value?.map((row) => [row.board, row]));
  const faces = useFaces(steered);
  const kept = useKeptFocus("li");
  const id = useId();
  if (!board) return null;
  const others = steered.filter((one) => one.board !== board.id && !inLab.includes(one.board) && faces.has(one.board));

  /** @param {string} about the board's id @param {() => Promise<void>} work */
  const doing = async (about, work) => {
    if (busy.value !== null) return false;
    busy.value = about;
    problem.value = "";
    try {
      await work();
      return true;
    } catch (error) {
      problem.value = error instanceof Refused ? labProblem(error) : t("error.unknown");
      return false;
    } finally {
      busy.value = null;
    }
  };
  /** @param {Steered} one */
  const add = (one) => doing(one.board, () => api.addToLab({ board: one.board, token: one.token }));
  /** @param {Event} event */
  const addTyped = async (event) => {
    event.preventDefault();
    if (!typed.value.trim()) return;
    const known = steered.map((one) => ({ ...one, code: faces.get(one.board)?.code ?? one.code }));
    const one = boardTyped(typed.value, known);
    if (!one) problem.value = t("console.lab.unknown");
    else if (one.board === board.id) problem.value = t("console.lab.itself");
    else if (await add(one)) typed.value = "";
  };
  return (
    <Sheet open title={t("console.lab")} onClose={close}>
      <p>{t("console.lab.about")}</p>
      <section class="panel__stack">
        <h3>{t("console.lab.boards", { n: inLab.length })}</h3>
        {inLab.length > 0 && (
          <ul class="lab-list" {...kept}>
            {inLab.map((one) => (
              <BoardRow
                key={one}
                board={one}
                row={rows.get(one)}
                face={rows.get(one) ?? faces.get(one)}
                token={steered.find(({ board: other }) => other === one)?.token}
              >
                <Button
                  kind="bare"
                  busy={busy.value === one}
                  aria-label={t("console.lab.takeOutOf", { title: titleOf(rows.get(one) ?? faces.get(one)) })}
                  onClick={() => void doing(one, () => api.takeOutOfLab(one))}
                >
                  {t("console.lab.takeOut")}
                </Button>
              </BoardRow>
            ))}
          </ul>
        )}
        {inLab.length > 0 && <p class="quiet small">{t("console.lab.inboxes")}</p>}
      </section>
      <section class="panel__stack">
        <h3>{t("console.lab.add")}</h3>
        {others.length > 0 && (
          <ul class="lab-list" aria-label={t("console.lab.known")} {...kept}>
            {others.slice(0, OFFERED).map((one) => (
              <BoardRow key={one.board} face={faces.get(one.board)}>
                <Button
                  busy={busy.value === one.board}
                  aria-label={t("console.lab.addOf", { title: titleOf(faces.get(one.board)) })}
                  onClick={() => void add(one)}
                >
                  {t("console.lab.addGo")}
                </Button>
              </BoardRow>
            ))}
          </ul>
        )}
        <form class="field" onSubmit={(event) => void addTyped(event)}>
          <label for={id}>{t("console.lab.other")}</label>
          <div class="panel__row panel__row--fill">
            <input
              id={id}
              class="input"
              value={typed.value}
              autocomplete="off"
              spellcheck={false}
              aria-describedby={`${id}-about`}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
            <Button type="submit">{t("console.lab.addGo")}</Button>
          </div>
          <p id={`${id}-about`} class="quiet small">
            {t("console.lab.other.about")}
          </p>
        </form>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
      </section>
      <CopyField label={t("console.lab.page")} value={links.lab} hint={t("console.lab.page.about")} />
    </Sheet>
  );
}

/**
 * @param {{ face: Face | undefined, board?: string, token?: string, row?: LabBoard, children: import("preact").ComponentChildren }} props
 *   `token`: of whoever steers it, where this browser has one: its name then leads to its console; `row`: of a board in the lab,
 *   as the server tells it
 */
function BoardRow({ face, board, token, row, children }) {
  const title = <bdi>{titleOf(face)}</bdi>;
  return (
    <li class="lab-list__row">
      <span>
        <strong>
          {token && face?.title !== null ? (
            <a href={`/console/${board}#t=${token}`} target="_blank" rel="noopener">
              {title}
            </a>
          ) : (
            title
          )}
        </strong>{" "}
        <span class="quiet small">{face?.code}</span>
        {row?.code && <span class="lab-list__waiting small">{waitingText(row)}</span>}
      </span>
      {children}
    </li>
  );
}

/** @param {Face | undefined} face undefined: nobody has told yet @returns {string} */
const titleOf = (face) => (face ? (face.title ?? t("console.lab.gone")) : "…");

/** @param {Refused} error @returns {string} */
function labProblem(error) {
  if (error.code === "already_so") return t("console.lab.already");
  if (error.code === "board_full") return t("console.lab.full", { n: LIMITS.BOARDS_PER_LAB });
  return ["bad_token", "wrong_board", "expired_token", "not_allowed"].includes(error.code) ? t("console.lab.notYours") : tError(error);
}

/**
 * What boards are called; those that are gone, or that nobody answers about, are not in it.
 * @param {readonly Steered[]} steered
 * @returns {ReadonlyMap<string, Face>}
 */
function useFaces(steered) {
  const named = steered.flatMap(({ board, title, code }) => (title && code ? [/** @type {const} */ ([board, { title, code }])] : []));
  const faces = useSignal(/** @type {ReadonlyMap<string, Face>} */ (new Map(named)));
  useEffect(() => {
    for (const { board } of steered.filter((one) => !faces.peek().has(one.board))) {
      boardFace(board).then(
        ({ title, code }) => (faces.value = new Map([...faces.value, [board, { title, code }]])),
        () => undefined, // it is not offered
      );
    }
  }, [steered, faces]);
  return faces.value;
}

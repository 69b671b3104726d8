// The boards of this lab: which are in it, how another comes in, and where the lab's front page is.
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
import { boardTyped, steeredBoards } from "./labBoards.js";
import "./LabSheets.css";

/** @typedef {import("./labBoards.js").Steered} Steered */
/** @typedef {{ title: string, code: string }} Face */

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
  const faces = useFaces([...inLab, ...steered.map((one) => one.board)], steered);
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
    const known = steered.map((one) => ({ ...one, ...faces.get(one.board) }));
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
              <BoardRow key={one} board={one} face={faces.get(one)} token={steered.find(({ board: other }) => other === one)?.token}>
                <Button
                  kind="bare"
                  busy={busy.value === one}
                  aria-label={t("console.lab.takeOutOf", { title: faces.get(one)?.title ?? "" })}
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
                  aria-label={t("console.lab.addOf", { title: faces.get(one.board)?.title ?? "" })}
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
 * @param {{ face: Face | undefined, board?: string, token?: string, children: import("preact").ComponentChildren }} props
 *   `token`: of whoever steers it, where this browser has one: its name then leads to its console
 */
function BoardRow({ face, board, token, children }) {
  const title = face?.title ?? "…";
  return (
    <li class="lab-list__row">
      <span>
        <strong>
          {token ? (
            <a href={`/console/${board}#t=${token}`} target="_blank" rel="noopener">
              {title}
            </a>
          ) : (
            title
          )}
        </strong>{" "}
        <span class="quiet small">{face?.code}</span>
      </span>
      {children}
    </li>
  );
}

/** @param {Refused} error @returns {string} */
function labProblem(error) {
  if (error.code === "board_full") return t("console.lab.full", { n: LIMITS.BOARDS_PER_LAB });
  return ["bad_token", "wrong_board", "expired_token", "not_allowed"].includes(error.code) ? t("console.lab.notYours") : tError(error);
}

/**
 * What boards are called; those that are gone, or that nobody answers about, are not in it.
 * @param {readonly string[]} boards ids
 * @param {readonly Steered[]} steered some of them, whose names are perhaps known here
 * @returns {ReadonlyMap<string, Face>}
 */
function useFaces(boards, steered) {
  const named = steered.flatMap(({ board, title, code }) => (title && code ? [/** @type {const} */ ([board, { title, code }])] : []));
  const faces = useSignal(/** @type {ReadonlyMap<string, Face>} */ (new Map(named)));
  const wanted = [...new Set(boards)].filter((one) => !faces.value.has(one)).join(" ");
  useEffect(() => {
    for (const one of wanted.split(" ").filter(Boolean)) {
      boardFace(one).then(
        ({ title, code }) => (faces.value = new Map([...faces.value, [one, { title, code }]])),
        () => undefined, // it keeps its place in the list, and can be taken out of it
      );
    }
  }, [wanted, faces]);
  return faces.value;
}

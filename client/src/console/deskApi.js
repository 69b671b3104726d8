// What the console asks over HTTP with its moderator's token: suggestions, imports, invitations, who waits to come in,
// who is to be forgotten, the boards of a lab, its kiosks, and pictures for its window.
import { Refused } from "../core/refused.js";
import { sendPicture } from "./pictures.js";

/**
 * @import { BoardLinks, Imported, Invitation, Kiosk, KioskChange, LabBoard, LabOfBoard, NewInvitation, NewKiosk, NewLabBoard, PictureKept, Problem, Suggestions, Waiting } from "@protocol/generated/types"
 */

const PATIENCE_MS = 30_000;

/**
 * @param {string} board its id
 * @param {string} token a moderator's
 */
export function deskApi(board, token) {
  const rootOf = (/** @type {string} */ one) => `/api/boards/${encodeURIComponent(one)}`;
  const root = rootOf(board);

  /**
   * @param {string} method
   * @param {string} path below the board's
   * @param {{ json?: unknown, list?: Blob | string, media?: string }} [said] `list`: as it is, of this media type
   * @param {string} [other] another board's id, where the path is below that one's
   * @returns {Promise<any>} the answer; null where there is none to read. Rejects with `Refused`.
   */
  async function ask(method, path, said = {}, other = board) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${token}` };
    if (said.json !== undefined) headers["Content-Type"] = "application/json";
    if (said.media !== undefined) headers["Content-Type"] = said.media;
    try {
      const response = await fetch(`${rootOf(other)}/${path}`, {
        method,
        headers,
        body: said.list ?? (said.json === undefined ? undefined : JSON.stringify(said.json)),
        signal: giveUp.signal,
      });
      const answer = response.status === 204 ? null : await response.json();
      if (!response.ok) throw new Refused(/** @type {Problem} */ (answer));
      return answer;
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Refused({ code: "unreachable", message: "The server cannot be reached.", temporary: true });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    /** @returns {Promise<BoardLinks>} of the board's screens, wherever it was made */
    links: () => ask("GET", "links"),
    /** @returns {Promise<Suggestions>} */
    suggestions: () => ask("GET", "suggestions"),
    /** @param {string} lines one idea a line @returns {Promise<Imported>} */
    importLines: (lines) => ask("POST", "import", { list: lines, media: "text/plain" }),
    /** @param {File} file a table, JSON, or lines of text @returns {Promise<Imported>} */
    importFile: (file) => ask("POST", "import", { list: file, media: mediaOf(file.name) }),
    /** @returns {Promise<Invitation[]>} */
    invitations: () => ask("GET", "invitations"),
    /** @param {NewInvitation} invitation @returns {Promise<Invitation>} */
    invite: (invitation) => ask("POST", "invitations", { json: invitation }),
    /** @param {string} invitation */
    uninvite: (invitation) => ask("POST", `invitations/${encodeURIComponent(invitation)}/revoke`),
    /** @returns {Promise<Waiting[]>} */
    waiting: () => ask("GET", "waiting"),
    /** @param {string} participant @param {boolean} admit */
    admit: (participant, admit) => ask("POST", `waiting/${encodeURIComponent(participant)}`, { json: { admit } }),
    /** Name, address and what recognises the phone are gone from the server (LG7); the cards stay. @param {string} participant */
    forget: (participant) => ask("POST", `people/${encodeURIComponent(participant)}/erase`),
    /** @returns {Promise<LabBoard[]>} the boards of this lab, and how much waits on each */
    labBoards: () => ask("GET", "lab/boards"),
    /** @param {NewLabBoard} other a board that joins this lab */
    addToLab: (other) => ask("POST", "lab/boards", { json: other }),
    /** @param {string} other a board's id */
    takeOutOfLab: (other) => ask("POST", `lab/boards/${encodeURIComponent(other)}/unlink`),
    /** @returns {Promise<LabOfBoard[]>} the labs this board is in */
    labs: () => ask("GET", "labs"),
    /** @param {string} lab a board's id: this board goes out of that lab */
    leaveLab: (lab) => ask("POST", `lab/boards/${encodeURIComponent(board)}/unlink`, {}, lab),
    /** @returns {Promise<Kiosk[]>} */
    kiosks: () => ask("GET", "kiosks"),
    /** @param {NewKiosk} kiosk @returns {Promise<Kiosk>} */
    pair: (kiosk) => ask("POST", "kiosks", { json: kiosk }),
    /** @param {string} kiosk @param {KioskChange} change @returns {Promise<Kiosk>} */
    changeKiosk: (kiosk, change) => ask("POST", `kiosks/${encodeURIComponent(kiosk)}`, { json: change }),
    /** @param {string} kiosk */
    revoke: (kiosk) => ask("POST", `kiosks/${encodeURIComponent(kiosk)}/revoke`),
    /**
     * @param {File} file
     * @param {(share: number) => void} tell how much of it has left, 0 … 1
     * @param {AbortSignal} until
     * @returns {Promise<PictureKept>}
     */
    keepPicture: (file, tell, until) => sendPicture(`${root}/pictures`, token, file, tell, until),
    /** Where a picture is, small. @param {string} picture */
    pictureAddress: (picture) => `${root}/pictures/${encodeURIComponent(picture)}?width=480`,
  };
}

/** @param {string} name a file's @returns {string} what it holds, by its ending: browsers name a table in many ways */
export function mediaOf(name) {
  if (/\.csv$/i.test(name)) return "text/csv";
  return /\.json$/i.test(name) ? "application/json" : "text/plain";
}

/** @typedef {ReturnType<typeof deskApi>} DeskApi */

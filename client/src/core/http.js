/**
 * What is asked over HTTP: a board's face, joining, creating. A refusal is a `Refused` with the protocol's code, and no
 * answer at all is one too (`unreachable`, temporary), so that a surface has one kind of trouble to show.
 *
 * @import { BoardFace, BoardMade, Join, Joined, NewBoard, Problem } from "@protocol/generated/types"
 */
import { Refused } from "./refused.js";

/**
 * @param {string} code  join code or board id
 * @param {string | null} [invitation]  what stands behind `#i=` in an invitation's link
 * @returns {Promise<BoardFace>}
 */
export const boardFace = (code, invitation) =>
  ask("GET", `/api/boards/${encodeURIComponent(code)}`, undefined, invitation ? { Authorization: `Bearer ${invitation}` } : {});

/**
 * @param {string} code  join code or board id
 * @param {Join} who
 * @returns {Promise<Joined>}
 */
export const joinBoard = (code, who) => ask("POST", `/api/boards/${encodeURIComponent(code)}/join`, who);

/**
 * @param {NewBoard} board
 * @param {string} [adminToken]
 * @returns {Promise<BoardMade>}
 */
export const createBoard = (board, adminToken) =>
  ask("POST", "/api/boards", board, adminToken ? { Authorization: `Bearer ${adminToken}` } : {});

const PATIENCE_MS = 15_000;

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @param {AbortSignal} [given_up]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, headers = {}, given_up) {
  const giveUp = new AbortController();
  given_up?.addEventListener("abort", () => giveUp.abort());
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
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

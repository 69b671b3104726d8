// Where phones join. A page may be open at localhost, where no phone can follow it; the server knows better.
import { useEffect, useState } from "preact/hooks";
import { boardFace } from "../core/http.js";

/**
 * @param {string} code the board's join code
 * @returns {string} a whole address: the page's own until the server has said which
 */
export function useJoinUrl(code) {
  const [joinUrl, setJoinUrl] = useState(`${location.origin}/j/${code}`);
  useEffect(() => {
    boardFace(code).then(
      (face) => setJoinUrl(face.join_url),
      () => {}, // the address bar's own stays
    );
  }, [code]);
  return joinUrl;
}

// A picture for the window on its way to the server: how far it is, and what was wrong with it, in words.
import { LIMITS } from "@protocol/generated/tables.js";
import { Refused } from "../core/refused.js";
import { language, t, tError } from "../i18n/index.js";

/** @typedef {import("@protocol/generated/types.d.ts").PictureKept} PictureKept */

/** HEIC is not named: the phone that took one turns it into JPEG for a page that does not ask for it. */
export const PICTURE_TYPES = "image/jpeg,image/png,image/webp,image/gif,image/avif";

/**
 * `fetch` does not tell how much of a body has left; this does.
 * @param {string} address
 * @param {string} token a moderator's
 * @param {File} file
 * @param {(share: number) => void} tell how much of it has left, 0 … 1
 * @param {AbortSignal} until
 * @returns {Promise<PictureKept>} rejects with `Refused`
 */
export function sendPicture(address, token, file, tell, until) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new Refused({ code: "unreachable", message: "The server cannot be reached.", temporary: true }));
    request.open("POST", address);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => tell(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.response === null) fail();
      else if (request.status === 201) resolve(request.response);
      else reject(new Refused(request.response));
    };
    request.onerror = request.onabort = fail;
    until.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** @type {Record<string, import("../i18n/index.js").Key>} */
const PROBLEMS = { unknown: "console.picture.unknown", damaged: "console.picture.damaged", heic: "console.picture.heic" };

/** @param {unknown} error @returns {string} what was wrong, and what to do */
export function pictureProblem(error) {
  if (!(error instanceof Refused)) return t("error.unknown");
  const { code, details } = error;
  if (code === "too_large") return details?.max_pixels ? t("console.picture.pixels") : tooHeavy();
  return code === "not_a_picture" ? t(PROBLEMS[String(details?.problem)] ?? "console.picture.unknown") : tError(error);
}

/** @returns {string} */
export function tooHeavy() {
  const most = new Intl.NumberFormat(language.value, { style: "unit", unit: "megabyte", maximumFractionDigits: 0 });
  return t("console.picture.heavy", { most: most.format(LIMITS.PICTURE_BYTES / 2 ** 20) });
}

// A name for somebody who gave none: an animal and a kind adjective, the same on every screen and in every language.
// Made from the participant's id, which means nothing outside its board; two people may well share one.
import { t } from "../i18n/index.js";
import "./texts.js";

/** How many animals there are, in whatever language. */
const ANIMALS = 32;

/** @param {string} text @returns {number} FNV-1a, 32 bits, unsigned, its bits mixed once more */
function hashed(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The words of a list, which stand in the same order in every language: "vif/vive" has two forms, "loutre/2" asks for the
 * second.
 * @param {import("../i18n/index.js").Key} key
 * @param {number} place
 */
const wordAt = (key, place) => {
  const words = t(key).split(" ");
  return (words[place % words.length] ?? "").split("/");
};

/**
 * @param {string} participant a participant's id
 * @returns {string} e.g. "Curious otter", « Loutre curieuse »
 */
export function avatarWords(participant) {
  const hash = hashed(participant);
  const [animal = "", form = "1"] = wordAt("part.avatar.animals", hash);
  const kinds = wordAt("part.avatar.kinds", Math.floor(hash / ANIMALS));
  const words = t("part.avatar.name", { animal, kind: kinds[Number(form) - 1] ?? kinds[0] ?? "" });
  return words.charAt(0).toUpperCase() + words.slice(1);
}

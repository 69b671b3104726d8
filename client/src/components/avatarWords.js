// A name for somebody who gave none: an animal and a kind adjective, the same on every screen and in both languages.
// Made from the participant's id, which means nothing outside its board; two people may well share one.

/** @type {readonly { en: string, fr: string, gender: "m" | "f" }[]} */
const ANIMALS = [
  { en: "otter", fr: "loutre", gender: "f" },
  { en: "heron", fr: "héron", gender: "m" },
  { en: "fox", fr: "renard", gender: "m" },
  { en: "owl", fr: "chouette", gender: "f" },
  { en: "badger", fr: "blaireau", gender: "m" },
  { en: "robin", fr: "rouge-gorge", gender: "m" },
  { en: "seal", fr: "otarie", gender: "f" },
  { en: "hedgehog", fr: "hérisson", gender: "m" },
  { en: "swallow", fr: "hirondelle", gender: "f" },
  { en: "hare", fr: "lièvre", gender: "m" },
  { en: "dolphin", fr: "dauphin", gender: "m" },
  { en: "ladybird", fr: "coccinelle", gender: "f" },
  { en: "squirrel", fr: "écureuil", gender: "m" },
  { en: "tortoise", fr: "tortue", gender: "f" },
  { en: "kingfisher", fr: "martin-pêcheur", gender: "m" },
  { en: "bee", fr: "abeille", gender: "f" },
  { en: "lynx", fr: "lynx", gender: "m" },
  { en: "magpie", fr: "pie", gender: "f" },
  { en: "puffin", fr: "macareux", gender: "m" },
  { en: "marmot", fr: "marmotte", gender: "f" },
  { en: "penguin", fr: "manchot", gender: "m" },
  { en: "dragonfly", fr: "libellule", gender: "f" },
  { en: "stork", fr: "cigogne", gender: "f" },
  { en: "beaver", fr: "castor", gender: "m" },
  { en: "whale", fr: "baleine", gender: "f" },
  { en: "sparrow", fr: "moineau", gender: "m" },
  { en: "gazelle", fr: "gazelle", gender: "f" },
  { en: "panda", fr: "panda", gender: "m" },
  { en: "crane", fr: "grue", gender: "f" },
  { en: "koala", fr: "koala", gender: "m" },
  { en: "tit", fr: "mésange", gender: "f" },
  { en: "toucan", fr: "toucan", gender: "m" },
];

/** @type {readonly { en: string, m: string, f: string }[]} */
const ADJECTIVES = [
  { en: "bright", m: "vif", f: "vive" },
  { en: "calm", m: "calme", f: "calme" },
  { en: "curious", m: "curieux", f: "curieuse" },
  { en: "merry", m: "joyeux", f: "joyeuse" },
  { en: "patient", m: "patient", f: "patiente" },
  { en: "bold", m: "hardi", f: "hardie" },
  { en: "gentle", m: "doux", f: "douce" },
  { en: "nimble", m: "agile", f: "agile" },
  { en: "wise", m: "sage", f: "sage" },
  { en: "sunny", m: "solaire", f: "solaire" },
  { en: "quick", m: "rapide", f: "rapide" },
  { en: "clever", m: "malin", f: "maligne" },
  { en: "steady", m: "constant", f: "constante" },
  { en: "daring", m: "audacieux", f: "audacieuse" },
  { en: "dreamy", m: "rêveur", f: "rêveuse" },
  { en: "faithful", m: "fidèle", f: "fidèle" },
  { en: "lively", m: "alerte", f: "alerte" },
  { en: "generous", m: "généreux", f: "généreuse" },
  { en: "honest", m: "franc", f: "franche" },
  { en: "inventive", m: "inventif", f: "inventive" },
  { en: "playful", m: "espiègle", f: "espiègle" },
  { en: "radiant", m: "radieux", f: "radieuse" },
  { en: "serene", m: "serein", f: "sereine" },
  { en: "tenacious", m: "tenace", f: "tenace" },
];

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
 * @param {string} participant a participant's id
 * @param {string} locale "fr", or anything else for English
 * @returns {string} e.g. "Curious otter", « Loutre curieuse »
 */
export function avatarWords(participant, locale) {
  const hash = hashed(participant);
  const animal = /** @type {(typeof ANIMALS)[number]} */ (ANIMALS[hash % ANIMALS.length]);
  const place = Math.floor(hash / ANIMALS.length) % ADJECTIVES.length;
  const adjective = /** @type {(typeof ADJECTIVES)[number]} */ (ADJECTIVES[place]);
  const words = locale === "fr" ? `${animal.fr} ${adjective[animal.gender]}` : `${adjective.en} ${animal.en}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

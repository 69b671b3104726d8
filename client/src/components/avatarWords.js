// A name for somebody who gave none: an animal and a kind adjective, the same on every screen and in both languages.
// Made from the participant's id, which means nothing outside its board; two people may well share one.

/** @param {string} lines @returns {string[][]} the words of each line */
const table = (lines) => lines.split("\n").map((line) => line.split(" "));

/** English, French, the French word's gender. */
const ANIMALS = table(`otter loutre f
heron héron m
fox renard m
owl chouette f
deer faon m
robin rouge-gorge m
seal otarie f
hedgehog hérisson m
swallow hirondelle f
hare lièvre m
dolphin dauphin m
ladybird coccinelle f
squirrel écureuil m
tortoise tortue f
kingfisher martin-pêcheur m
bee abeille f
lynx lynx m
magpie pie f
puffin macareux m
marmot marmotte f
pelican pélican m
dragonfly libellule f
stork cigogne f
beaver castor m
swift martinet m
sparrow moineau m
gazelle gazelle f
panda panda m
lark alouette f
koala koala m
nightingale rossignol m
toucan toucan m`);

/** English, French masculine, French feminine. */
const ADJECTIVES = table(`bright vif vive
calm calme calme
curious curieux curieuse
merry joyeux joyeuse
patient patient patiente
bold hardi hardie
gentle doux douce
nimble agile agile
wise sage sage
sunny solaire solaire
quick rapide rapide
clever astucieux astucieuse
steady constant constante
daring audacieux audacieuse
dreamy rêveur rêveuse
faithful fidèle fidèle
lively alerte alerte
generous généreux généreuse
honest franc franche
inventive inventif inventive
playful espiègle espiègle
radiant radieux radieuse
serene serein sereine
tenacious tenace tenace`);

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
  const [animal = "", french = "", gender] = ANIMALS[hash % ANIMALS.length] ?? [];
  const place = Math.floor(hash / ANIMALS.length) % ADJECTIVES.length;
  const [adjective = "", masculine, feminine] = ADJECTIVES[place] ?? [];
  const words = locale === "fr" ? `${french} ${gender === "f" ? feminine : masculine}` : `${adjective} ${animal}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

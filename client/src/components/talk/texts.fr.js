/** Ce qui se dit autour d’une carte, en français. */
export default {
  "part.reaction.heart": "J’adore",
  "part.reaction.spark": "Ça me donne une idée",
  "part.reaction.thanks": "Merci",
  "part.reaction.laugh": "Ça m’a fait rire",
  "part.reaction.wonder": "Je me demande",
  "part.reaction.count": "{reaction}\u00a0: {n}",
  "part.reactions": "Réactions",
  "part.comments.none": "Pas encore de commentaire.",
  "part.comment.pending": "En attente d’accord",
  "part.comment.withdrawn": "Repris",
  "part.comment.removed": "Retiré",
  "part.hands": "Mains levées",
};

/** Ce que dit le rebond, en français. */
export default {
  "phone.rebound.title": "Rebondir",
  "phone.rebound.verb": "Comment rebondissez-vous ?",
  "phone.rebound.from": { one: "À partir de", other: "À partir de" },
  "phone.rebound.text": "Votre idée",
  "phone.rebound.owes": "Ce que je dois à cette idée (si vous voulez)",
  "phone.rebound.send": "Rebondir",
  "phone.rebound.add": "Ajouter une carte à combiner",
  "phone.rebound.remove": "Enlever {text}",
  "phone.rebound.pick": "Avec quelle autre idée ?",
  "phone.rebound.search": "Chercher parmi les idées",
  "phone.rebound.needTwo": "Choisissez au moins une autre idée à combiner.",
  "phone.rebound.none": "Aucune autre idée ne correspond.",
  "phone.rebound.full": "Une carte ne peut pas partir de plus d’idées que cela.",
};

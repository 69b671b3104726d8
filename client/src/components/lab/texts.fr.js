/** Ce qui se dit d’une carte dans un labo : son étape, et l’avis des passants. En français. */
export default {
  "part.stage.idea": "Idée",
  "part.stage.design": "Conception",
  "part.stage.development": "Développement",
  "part.stage.test": "Test",
  "part.stage.live": "En service",
  "part.stage.stopped": "Arrêté",
  "part.stage.now": "Étape\u00a0: {stage}",
  "part.stage.since": "depuis le {date}",
  "part.opinion.agree": { one: "{n} pour", other: "{n} pour" },
  "part.opinion.pass": { one: "{n} sans avis", other: "{n} sans avis" },
  "part.opinion.disagree": { one: "{n} contre", other: "{n} contre" },
  "part.opinion.stars": { one: "{mean} étoiles sur 5 ({n} avis)", other: "{mean} étoiles sur 5 ({n} avis)" },
};

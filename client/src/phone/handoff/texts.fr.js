/** Le chemin du retour depuis une borne, en français. */
export default {
  "phone.handoff.lead": "Ce que vous avez écrit à la borne repart avec vous.",
  "phone.handoff.waiting": "La borne n’a pas encore transmis vos mots. Restez ici, la suite vient toute seule.",
  "phone.handoff.offline": "Le tableau est injoignable pour l’instant. Votre code est gardé sur ce téléphone, nous continuons d’essayer.",
  "phone.handoff.late": "Vos mots tardent plus que prévu. Réessayez dans un moment, ou entrez sans eux en attendant.",
  "phone.handoff.used": "Ce code ne sert qu’une fois, et quelqu’un est passé avant vous.",
  "phone.handoff.expired": "Ce code ne valait que quelques minutes. Le tableau, lui, vous attend toujours.",
  "phone.handoff.without": "Rejoindre quand même",
  "phone.handoff.toBoard": "Aller au tableau",
  "phone.handoff.receipt": "Mon reçu",
  "phone.handoff.home.card.pending": "Votre idée est repartie avec vous. Tout le monde la verra dès que l’animation l’aura relue.",
  "phone.handoff.home.card.there": "Votre idée est repartie avec vous.",
  "phone.handoff.home.comment.pending": "Votre commentaire est reparti avec vous. Tout le monde le verra dès que l’animation l’aura relu.",
  "phone.handoff.home.comment.there": "Votre commentaire est reparti avec vous.",
};

/** Ce que dit le guide vocal, en français. */
export default {
  "kiosk.voice.label": "Guidage vocal",
  "kiosk.voice.hint": "Pour être guidé par la voix, gardez le doigt posé.",
  "kiosk.voice.begins":
    "Vous êtes guidé par la voix. Glissez un doigt sur l’écran\u00a0: ce qu’il touche est lu. Le coin en bas à gauche passe à la suite, le coin en bas à droite choisit ce qui vient d’être lu.",
  "kiosk.voice.next": "Suivant",
  "kiosk.voice.choose": "Choisir",
  "kiosk.voice.end": "Sans la voix",
  "kiosk.voice.button": "bouton",
  "kiosk.voice.field": "champ de texte",
  "kiosk.voice.pressed": "activé",
  "kiosk.voice.off": "pas disponible ici",
};

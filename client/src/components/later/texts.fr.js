/** Les mots des composants dont un téléphone n’a pas besoin pour commencer, en français. */
export default {
  "part.stepper.less": "Un de moins",
  "part.stepper.more": "Un de plus",
  "part.tray.left": { zero: "Tous vos points sont donnés", one: "{n} point à donner", other: "{n} points à donner" },
  "part.tray.of": "sur {n}",
  "part.copy": "Copier",
  "part.copyOf": "Copier : {label}",
  "part.copied": "Copié.",
  "part.copyByHand": "C’est sélectionné : copiez avec Ctrl+C.",
  "part.qr": "Code QR qui ouvre {address}",
  "part.theme": "Apparence",
  "part.theme.auto": "Auto",
  "part.theme.light": "Clair",
  "part.theme.dark": "Sombre",
};

/** Words of components that a phone does not need to begin with, in English. */
export default {
  "part.stepper.less": "One fewer",
  "part.stepper.more": "One more",
  "part.tray.left": { zero: "All your points are given", one: "{n} point left", other: "{n} points left" },
  "part.tray.of": "of {n}",
  "part.copy": "Copy",
  "part.copyOf": "Copy: {label}",
  "part.copied": "Copied.",
  "part.copyByHand": "It is selected: copy it with Ctrl+C.",
  "part.qr": "QR code that opens {address}",
  "part.theme": "Appearance",
  "part.theme.auto": "Auto",
  "part.theme.light": "Light",
  "part.theme.dark": "Dark",
};

/** What the guide by voice says, in English. */
export default {
  "kiosk.voice.label": "Guided by voice",
  "kiosk.voice.hint": "To be guided by voice, keep your finger where it is.",
  "kiosk.voice.begins":
    "You are guided by voice. Slide a finger over the screen: what it lies on is said. The lower left corner goes on to the next thing, the lower right corner chooses what was said last.",
  "kiosk.voice.next": "Next",
  "kiosk.voice.choose": "Choose",
  "kiosk.voice.end": "Without voice",
  "kiosk.voice.button": "button",
  "kiosk.voice.field": "text field",
  "kiosk.voice.pressed": "on",
  "kiosk.voice.off": "not available here",
};

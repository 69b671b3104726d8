/** The way home from a kiosk, in English. */
export default {
  "phone.handoff.lead": "What you wrote at the screen comes home with you.",
  "phone.handoff.waiting": "The screen has not passed your words on yet. Stay here, the rest happens by itself.",
  "phone.handoff.offline": "We cannot reach the board right now. Your code is kept on this phone, and we go on by ourselves.",
  "phone.handoff.late": "Your words take longer than we hoped. Try again in a while, or come in without them for now.",
  "phone.handoff.used": "This code works once, and somebody was here before you.",
  "phone.handoff.expired": "This code was good for a few minutes only. The board is still there for you.",
  "phone.handoff.without": "Join anyway",
  "phone.handoff.toBoard": "To the board",
  "phone.handoff.receipt": "My receipt",
  "phone.handoff.home.card.pending": "Your idea came home with you. Once the facilitator has read it, everybody sees it.",
  "phone.handoff.home.card.there": "Your idea came home with you.",
  "phone.handoff.home.comment.pending": "Your comment came home with you. Once the facilitator has read it, everybody sees it.",
  "phone.handoff.home.comment.there": "Your comment came home with you.",
};

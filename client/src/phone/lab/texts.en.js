/** A card's life in a lab, in English. */
export default {
  "phone.history.title": "How far it is",
  "phone.history.line": "{stage}, {date}",
  "phone.history.noted": "{stage}, {date}: {note}",
  "phone.history.opinions": "At kiosks: {opinions}",
};

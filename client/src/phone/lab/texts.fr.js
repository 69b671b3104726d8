/** La vie d’une carte dans un labo, en français. */
export default {
  "phone.history.title": "Où elle en est",
  "phone.history.line": "{stage}, {date}",
  "phone.history.noted": "{stage}, {date} : {note}",
  "phone.history.opinions": "Aux bornes : {opinions}",
};

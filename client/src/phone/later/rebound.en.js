/** What rebounding says, in English. */
export default {
  "phone.rebound.title": "Rebound",
  "phone.rebound.verb": "How do you rebound?",
  "phone.rebound.from": { one: "It starts from", other: "It starts from" },
  "phone.rebound.text": "Your idea",
  "phone.rebound.owes": "What I owe this idea (if you like)",
  "phone.rebound.send": "Rebound",
  "phone.rebound.add": "Add a card to combine",
  "phone.rebound.remove": "Take out {text}",
  "phone.rebound.pick": "Which other idea?",
  "phone.rebound.search": "Search the ideas",
  "phone.rebound.needTwo": "Choose at least one more idea to combine.",
  "phone.rebound.none": "No other idea matches.",
  "phone.rebound.full": "That is as many as one card can start from.",
};

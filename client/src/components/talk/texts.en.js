/** What talk around a card says, in English. */
export default {
  "part.reaction.heart": "I love it",
  "part.reaction.spark": "That gives me an idea",
  "part.reaction.thanks": "Thank you",
  "part.reaction.laugh": "It made me laugh",
  "part.reaction.wonder": "I wonder",
  "part.reaction.count": "{reaction}: {n}",
  "part.reactions": "Reactions",
  "part.comments.none": "No comment yet.",
  "part.comment.pending": "Waits for approval",
  "part.comment.withdrawn": "Taken back",
  "part.comment.removed": "Removed",
  "part.hands": "Hands up",
};

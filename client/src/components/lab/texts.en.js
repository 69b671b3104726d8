/** What is said of a card in a lab: its stage, and what passers-by thought of it. In English. */
export default {
  "part.stage.idea": "Idea",
  "part.stage.design": "Design",
  "part.stage.development": "Development",
  "part.stage.test": "Test",
  "part.stage.live": "Live",
  "part.stage.stopped": "Stopped",
  "part.stage.now": "Stage: {stage}",
  "part.stage.since": "since {date}",
  "part.opinion.agree": { one: "{n} for", other: "{n} for" },
  "part.opinion.pass": { one: "{n} no opinion", other: "{n} no opinion" },
  "part.opinion.disagree": { one: "{n} against", other: "{n} against" },
  "part.opinion.stars": { one: "{mean} stars out of 5 ({n} opinion)", other: "{mean} stars out of 5 ({n} opinions)" },
};

// A lab to look at: three boards with cards at every stage, pictures, questions, opinions and comments, in both languages.
import { card } from "./examples.js";

/** @typedef {Partial<import("@protocol/generated/types.d.ts").BoardView>} View */

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 4, 12, 9);
const PICTURE = "5".repeat(64);

/** @type {Record<"en" | "fr", { titles: string[], ideas: string[], alternative: string, questions: string[], notes: string[], comments: string[] }>} */
const WORDS = {
  fr: {
    titles: ["Le labo de la République", "Qu’est-ce qui vous ferait revenir\u202f?", "L’agence de demain, on la dessine ensemble"],
    ideas: [
      "Un café du samedi pour parler d’argent sans rendez-vous",
      "Un coin lecture pour les enfants pendant que les parents signent",
      "Des conseillers qui parlent arabe, portugais et langue des signes",
      "Expliquer les frais en une page que tout le monde comprend, avec des exemples vrais, et la laisser sur le comptoir à côté des stylos, parce qu’une brochure de quarante pages ne se lit pas debout, et que ce que l’on ne comprend pas, on finit par le payer sans rien dire, puis par partir",
      "Fermer plus tard le jeudi",
      "Un robot pour accueillir les gens à l’entrée",
      "Un banc dehors",
      "Rappeler les gens quand on a dit qu’on rappellerait",
    ],
    alternative: "Dix personnes autour d’une grande table en bois, des tasses, une brioche, et une conseillère debout qui dessine au mur.",
    questions: ["Viendriez-vous un samedi matin\u202f?", "À quel point est-ce utile\u202f?", "Qu’est-ce que cela vous fait\u202f?"],
    notes: ["Trois agences dessinent le lieu avec vous.", "Première version au printemps.", "Personne ne s’arrêtait\u00a0: on veut parler à quelqu’un. Nous gardons l’idée d’un accueil debout, par une personne.", "Ouvert tous les jeudis jusqu’à 19\u00a0h depuis mars."],
    comments: ["Oui, mais avec du vrai café.", "Mon fils viendrait aussi, il ouvre son premier compte.", "Et le dimanche\u202f?"],
  },
  en: {
    titles: ["The Republic Square lab", "What would make you come back?", "Tomorrow’s branch, drawn together"],
    ideas: [
      "A Saturday coffee to talk about money without an appointment",
      "A reading corner for children while their parents sign",
      "Advisers who speak Arabic, Portuguese and sign language",
      "Explain fees on one page that everybody understands, with true examples, and leave it on the counter beside the pens, because nobody reads a brochure of forty pages while standing, and what one does not understand one ends up paying without a word, and then one leaves",
      "Close later on Thursdays",
      "A robot that welcomes people at the door",
      "A bench outside",
      "Call people back when we said we would",
    ],
    alternative: "Ten people around a large wooden table, cups, a brioche, and an adviser standing at the wall, drawing.",
    questions: ["Would you come on a Saturday morning?", "How useful would it be?", "How does it make you feel?"],
    notes: ["Three branches are drawing the place with you.", "First version in spring.", "Nobody stopped: people want to talk to somebody. We keep the idea of a welcome while standing, by a person.", "Open every Thursday until 7 pm since March."],
    comments: ["Yes, but with real coffee.", "My son would come too, he is opening his first account.", "And on Sundays?"],
  },
};

/** @typedef {Record<import("@protocol/generated/types.d.ts").OpinionMark, number>} Counted as the types have it; marks nobody gave are not named */

/** @param {Partial<Counted>} marks @returns {Counted} */
const counted = (marks) => /** @type {Counted} */ (marks);

/** @param {"en" | "fr"} locale @returns {View[]} the lab itself, and the boards in it */
export function lab(locale) {
  const { titles, ideas, alternative, questions, notes, comments } = WORDS[locale];
  const cards = ideas.map((text, at) => ({ ...card(text, at, at === 7 ? { parents: ["c0"], verb: "extends" } : {}), author: null, at_ms: NOW_MS - at * DAY_MS }));
  const at = (/** @type {import("@protocol/generated/types.d.ts").Stage} */ stage, /** @type {number} */ days, /** @type {string | undefined} */ note) => ({ stage, at_ms: NOW_MS - days * DAY_MS, note: note ?? null });
  const more = ideas.slice(0, 8).map((text, place) => ({ ...card(text, place), id: `m${place}`, author: null, at_ms: NOW_MS - 40 * DAY_MS - place }));
  return [
    { id: "b0", code: "LAB7X", title: titles[0] ?? "", locale, template: "lab", cards: [], lab: ["b1", "b2"] },
    {
      id: "b1",
      code: "KTE7X",
      title: titles[1] ?? "",
      locale,
      cards,
      showcases: {
        c0: { asks: "agree", question: questions[0] ?? null, picture: PICTURE, alternative },
        c1: { asks: "stars", question: questions[1] ?? null, picture: null, alternative: null },
        c2: { asks: "reaction", question: questions[2] ?? null, picture: PICTURE, alternative },
      },
      stages: {
        c0: [at("idea", 90, undefined)],
        c1: [at("idea", 120, undefined), at("design", 12, notes[0])],
        c2: [at("design", 60, undefined), at("development", 20, notes[1])],
        c3: [at("idea", 200, undefined), at("design", 150, notes[0]), at("development", 90, undefined), at("test", 9, notes[1])],
        c4: [at("design", 200, undefined), at("development", 150, undefined), at("test", 110, undefined), at("live", 60, notes[3])],
        c5: [at("design", 100, undefined), at("test", 60, undefined), at("stopped", 30, notes[2])],
      },
      opinions: { c0: counted({ agree: 41, pass: 6, disagree: 9 }), c1: counted({ 3: 4, 4: 11, 5: 17 }), c2: counted({ heart: 12, spark: 7, thanks: 3 }) },
      comments: comments.map((text, place) => ({ id: `k${place}`, card: "c0", text, author: null, at_ms: NOW_MS - place * DAY_MS, state: "shown" })),
    },
    { id: "b2", code: "M4TRQ", title: titles[2] ?? "", locale, cards: more, stages: {}, showcases: {}, opinions: {} },
  ];
}

// What the components page and the wall's scenes are filled with: one small workshop, in both languages.

/** @typedef {import("@protocol/generated/types.d.ts").Card} Card */
/** @typedef {import("@protocol/generated/types.d.ts").RoundView} RoundView */
/** @typedef {import("@protocol/generated/types.d.ts").ParticipantView} ParticipantView */

/** @type {Record<"en" | "fr", string[]>} */
export const IDEAS = {
  fr: [
    "Ouvrir le samedi matin",
    "Un café offert à qui vient poser une question",
    "Le café du samedi\u00a0: on parle argent sans rendez-vous, autour d’une table, avec quelqu’un qui a le temps",
    "Une file pour les gens pressés, une autre pour ceux qui veulent parler",
    "Prendre rendez-vous depuis son téléphone",
    "Rappeler les gens quand on a dit qu’on rappellerait",
    "Un coin pour les enfants",
    "Expliquer les frais en une page que tout le monde comprend",
    "Des conseillers qui parlent arabe et portugais",
    "Que la même personne suive un dossier du début à la fin",
    "Fermer un peu plus tard le jeudi",
    "Un banc dehors",
  ],
  en: [
    "Open on Saturday mornings",
    "A coffee for whoever comes with a question",
    "The Saturday coffee: talk about money without an appointment, around a table, with somebody who has the time",
    "One queue for people in a hurry, one for those who want to talk",
    "Book an appointment from the phone",
    "Call people back when we said we would",
    "A corner for children",
    "Explain fees on one page that everybody understands",
    "Advisers who speak Arabic and Portuguese",
    "Let the same person follow a case from beginning to end",
    "Close a little later on Thursdays",
    "A bench outside",
  ],
};

export const SEGMENTS = [
  { id: "customer", label: "Client" },
  { id: "employee", label: "Équipe" },
  { id: "partner", label: "Partenaire" },
  { id: "citizen", label: "Voisinage" },
];

/** @type {ParticipantView[]} */
export const PEOPLE = [
  { participant: "p1", role: "participant", segment: "customer", name: "Ana" },
  { participant: "p2", role: "staff", segment: "employee", name: "Benoît" },
  { participant: "p3", role: "participant", segment: "partner", name: null },
  { participant: "p4", role: "participant", segment: "citizen", name: "Inès" },
];

/** @param {string} text @param {number} at @param {Partial<Card>} [change] @returns {Card} */
export const card = (text, at, change = {}) => ({
  id: `c${at}`,
  text,
  section: null,
  author: `p${(at % 4) + 1}`,
  rev: 1,
  parents: [],
  kind: "idea",
  state: "shown",
  at_ms: 1_000 + at,
  order: at,
  ...change,
});

/** Ideas that start from one another by every verb. @param {"en" | "fr"} locale @returns {Card[]} */
export function lineage(locale) {
  const [a = "", b = "", ab = "", d = "", e = "", f = "", g = "", h = "", i = "", j = "", k = "", l = ""] = IDEAS[locale];
  return [
    card(a, 0),
    card(b, 1, { colour: 1 }),
    card(ab, 2, { parents: ["c0", "c1"], verb: "combines", owes: b }),
    card(d, 3),
    card(e, 4, { parents: ["c3"], verb: "removes_obstacle" }),
    card(k, 5, { parents: ["c0"], verb: "counters" }),
    card(g, 6, { parents: ["c2"], verb: "extends" }),
    card(h, 7, { colour: 3 }),
    card(i, 8, { parents: ["c7"], verb: "adapts" }),
    card(j, 9),
    card(f, 10),
    card(l, 11, { parents: ["c2", "c0"], verb: "extends" }),
  ];
}

/** @param {string} id @param {number} points @param {number} rank @param {Partial<import("@protocol/generated/types.d.ts").Result>} [more] */
const result = (id, points, rank, more = {}) => ({ card: id, points, voters: 9, rank, ...more });

/** @param {Partial<RoundView>} change @returns {RoundView} */
export const round = (change) => ({
  id: "r1",
  method: "dots",
  title: null,
  budget: 5,
  cap: 3,
  secret: true,
  state: "closed",
  opened_ms: 2_000,
  closed_ms: 3_000,
  voters: 11,
  on: "cards",
  options: [],
  criteria: [],
  scale: 5,
  ...change,
});

/** The same ballots' worth of every method. @type {Record<string, RoundView>} */
export const ROUNDS = {
  dots: round({
    counted_by: "points",
    results: [result("c2", 12, 1), result("c0", 9, 2), result("c5", 9, 2), result("c7", 4, 4), result("c3", 1, 5)],
    recounts: [{ by: "voters", results: [result("c0", 8, 1), result("c2", 6, 2), result("c5", 5, 3)] }],
  }),
  agree: round({
    method: "agree",
    counted_by: "agreement",
    results: [
      result("c5", 71, 1, { score: 70.9, low: 70.9, high: 99, counts: [10, 1, 0] }),
      result("c0", 45, 2, { score: 45.1, low: 45.1, high: 88, counts: [8, 1, 3] }),
      result("c3", 23, 3, { score: 23.4, low: 23.4, high: 76, counts: [5, 2, 5] }),
    ],
    recounts: [{ by: "net", results: [result("c5", 10, 1), result("c0", 5, 2), result("c3", 0, 3)] }],
  }),
  stars: round({
    method: "stars",
    counted_by: "mean",
    results: [
      result("c2", 4, 1, { score: 4.4, low: 3.9, high: 4.9, counts: [0, 0, 1, 4, 6] }),
      result("c7", 4, 2, { score: 3.6, low: 2.9, high: 4.3, counts: [1, 1, 2, 4, 3] }),
      result("c11", 2, 3, { score: 2.1, low: 1.5, high: 2.7, counts: [4, 3, 3, 1, 0] }),
    ],
    recounts: [{ by: "median", results: [result("c2", 5, 1, { score: 4.6 }), result("c7", 4, 2, { score: 3.8 })] }],
  }),
  criteria: round({
    method: "criteria",
    counted_by: "weighted",
    criteria: [{ label: "Utile", weight: 2 }, { label: "Faisable", weight: 1 }, { label: "Nouveau", weight: 1 }],
    results: [
      result("c2", 4, 1, { score: 4.1, counts: [11, 51, 38, 42] }),
      result("c5", 4, 1, { score: 4.1, counts: [11, 50, 47, 34] }),
      result("c7", 3, 3, { score: 3.2, counts: [11, 36, 44, 25] }),
    ],
  }),
  matrix: round({
    method: "matrix",
    counted_by: "balance",
    results: [
      result("c5", 3, 1, { score: 2.6, counts: [10, 17, 43] }),
      result("c7", 2, 2, { score: 1.7, counts: [10, 22, 39] }),
      result("c11", 0, 3, { score: 0.3, counts: [10, 14, 17] }),
      result("c2", 0, 4, { score: 0.1, counts: [10, 43, 44] }),
      result("c8", -1, 5, { score: -1.4, counts: [10, 44, 30] }),
    ],
    recounts: [{ by: "impact", results: [result("c2", 4, 1, { score: 4.4 }), result("c5", 4, 2, { score: 4.3 })] }],
  }),
  pairwise: round({
    method: "pairwise",
    counted_by: "bradley_terry",
    results: [
      result("c2", 78, 1, { score: 78.2, low: 64, high: 88, counts: [21, 3, 6, 1] }),
      result("c0", 66, 2, { score: 66.4, low: 51, high: 79, counts: [17, 4, 9, 0] }),
      result("c7", 40, 3, { score: 40.1, low: 26, high: 56, counts: [9, 3, 15, 2] }),
      result("c11", 18, 4, { score: 18.3, low: 9, high: 33, counts: [4, 2, 21, 1] }),
    ],
    recounts: [{ by: "wins", results: [result("c2", 100, 1, { score: 100 }), result("c0", 67, 2, { score: 66.7 })] }],
  }),
  quadratic: round({
    method: "quadratic",
    counted_by: "net",
    results: [result("c2", 14, 1), result("c7", 9, 2), result("c11", 2, 3), result("c3", -6, 4)],
  }),
  hands: round({ method: "hands", on: "options", options: ["Oui", "Non"], counted_by: "points", secret: false, results: [result("1", 8, 1), result("2", 3, 2)] }),
  tie: round({ counted_by: "points", results: [result("c2", 7, 1), result("c0", 7, 1), result("c5", 3, 3)] }),
  nobody: round({ counted_by: "points", results: [], voters: 0 }),
};

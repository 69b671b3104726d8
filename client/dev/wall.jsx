// The wall's scenes without a server, for whoever builds or looks: /dev/wall.html?scene=lineage, &lang=fr, &theme=dark.
import { render } from "preact";
import "../src/design/base.css";
import { chooseTheme, startTheme } from "../src/design/theme.js";
import { detectLanguage, language } from "../src/i18n/index.js";
import { Wall } from "../src/wall/Wall.jsx";
import "../src/wall/texts.js";
import { boardStore, boardView } from "../tests/components/boardStore.js";
import { IDEAS, PEOPLE, ROUNDS, SEGMENTS, card, lineage, round } from "./examples.js";

/** @typedef {Partial<import("@protocol/generated/types.d.ts").BoardView>} Change */

const MODEL = [
  "customer_segments", "value_propositions", "channels", "customer_relationships", "revenue_streams",
  "key_resources", "key_activities", "key_partners", "cost_structure",
]; // prettier-ignore

/** @param {"en" | "fr"} locale @returns {Record<string, () => Change>} */
function scenes(locale) {
  const step = boardView().step;
  const ideas = lineage(locale);
  const sections = MODEL.map((id) => ({ id, title: id.replace("_", " "), hint: null }));
  const placed = IDEAS[locale].map((text, at) => card(text, at, { section: MODEL[(at * 4) % 9] ?? null }));
  const sealed = IDEAS[locale].map((_, at) => card("", at, { sealed: true, author: null }));
  const groups = [
    { id: "g1", title: locale === "fr" ? "Quand on ouvre" : "When we open", section: null, order: 1 },
    { id: "g2", title: null, section: null, order: 2 },
  ];
  const inGroups = ideas.map((one, at) => (at < 7 ? { ...one, group: at % 3 === 0 ? "g2" : "g1" } : one));
  const open = round({ state: "open", voters: 7, secret: true, results: undefined });
  return {
    invitation: () => ({}),
    writing: () => ({ step: { ...step, private: true, instruction: locale === "fr" ? "Une idée par carte, en silence." : "One idea per card, in silence." }, cards: sealed }),
    few: () => ({ cards: ideas.slice(0, 3) }),
    cards: () => ({ cards: ideas }),
    many: () => ({ cards: Array.from({ length: 90 }, (_, at) => card(IDEAS[locale][at % 12] ?? "", at, at % 4 === 3 ? { parents: [`c${at - 1}`], verb: "adapts" } : {})) }),
    long: () => ({ cards: ideas.map((one, at) => ({ ...one, text: at % 2 ? one.text : `${one.text}. ${IDEAS[locale][2]}. ${IDEAS[locale][7]}.` })) }),
    canvas: () => ({ sections, cards: placed, step: { ...step, view: "sections" } }),
    groups: () => ({ cards: inGroups, groups, step: { ...step, view: "groups" } }),
    spotlight: () => ({ cards: ideas, spotlight: { card: "c2", group: null } }),
    stack: () => ({ cards: inGroups, groups, spotlight: { card: null, group: "g1" } }),
    choosing: () => ({ cards: ideas, rounds: [open], step: { ...step, view: "choose" } }),
    poll: () => ({ rounds: [round({ state: "open", method: "hands", on: "options", title: locale === "fr" ? "On continue dix minutes\u00a0?" : "Ten more minutes?", options: ["Oui", "Non"], secret: false, voters: 9, tallies: { 1: 6, 2: 3 }, results: undefined })] }),
    relaunch: () => ({ cards: ideas, relaunch: { id: "x", text: IDEAS[locale][7] ?? "", segment: "customer", about: "board", at_ms: 1 }, hands: [{ participant: "p1", at_ms: 1 }], locked: true }),
    hidden: () => ({ wall_hidden: true }),
    ...Object.fromEntries(Object.entries(ROUNDS).map(([name, one]) => [`results-${name}`, () => ({ cards: ideas, rounds: [one], step: { ...step, view: /** @type {const} */ ("results") } })])),
  };
}

startTheme();
const query = new URLSearchParams(location.search);
const asked = query.get("theme");
if (asked === "light" || asked === "dark") chooseTheme(asked);
void detectLanguage().then(() => {
  const locale = language.value === "fr" ? "fr" : "en";
  const scene = scenes(locale)[query.get("scene") ?? "cards"]?.() ?? {};
  const now = Date.now();
  const timer = { started_ms: now, ends_ms: now + Number(query.get("seconds") ?? 72) * 1_000 };
  const title = locale === "fr" ? "Qu’est-ce qui vous ferait revenir\u00a0?" : "What would make you come back?";
  const { store, becomes } = boardStore(boardView({ title, locale, segments: SEGMENTS, participants: PEOPLE, timer, ...scene }));
  Object.assign(store, { presence: { value: { type: "presence", here: 24, writing: 3, ready: 5, segments: { customer: 9, employee: 12, partner: 3 } } } });
  Object.assign(globalThis, { becomes });
  const app = document.getElementById("app");
  if (app) render(<Wall store={store} />, app);
});

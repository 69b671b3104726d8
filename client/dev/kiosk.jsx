// The kiosk's screens without a server, for whoever builds or looks: /dev/kiosk.html?scene=card, &lang=fr, &theme=dark,
// &text=largest, &contrast=high. A scene is a lab and what was pressed in it, as a visitor would.
import { render } from "preact";
import { act } from "preact/test-utils";
import "../src/design/base.css";
import { chooseTheme, startTheme } from "../src/design/theme.js";
import { detectLanguage, fetchTexts, language } from "../src/i18n/index.js";
import { Kiosk } from "../src/kiosk/Kiosk.jsx";
import { kioskBoard, kioskEngine } from "../tests/kiosk/screens/kioskEngine.js";
import { lab } from "./lab.js";

const PLAIN = { asks: /** @type {const} */ ("agree"), question: null, picture: null, alternative: null };

/** @typedef {ReturnType<typeof kioskEngine>} Stand */
/** @typedef {{ stand: () => Stand, press?: readonly string[], then?: (stand: Stand) => void }} Scene */

startTheme();
const query = new URLSearchParams(location.search);
const asked = query.get("theme");
if (asked === "light" || asked === "dark") chooseTheme(asked);

/** @param {"en" | "fr"} locale @returns {Record<string, Scene>} `press`: selectors, one after another */
function scenes(locale) {
  const views = lab(locale);
  const main = views[1];
  const whole = () => kioskEngine({ boards: views.map((view) => kioskBoard(view)) });
  const single = () => kioskEngine({ boards: [kioskBoard(main ?? {})] });
  const bare = () => kioskEngine({ boards: [kioskBoard({ ...main, cards: [], showcases: {}, stages: {}, opinions: {}, comments: [] })] });
  const begin = ".attract__begin";
  const stage = (/** @type {number} */ at) => `.choices li:nth-child(${at}) .choice`;
  const tile = (/** @type {number} */ at) => `.choices li:nth-child(${at}) .tile`;
  const card = [begin, stage(1), tile(1)];
  return {
    attract: { stand: whole },
    "attract-words": { stand: () => kioskEngine({ boards: [kioskBoard({ ...main, showcases: { c1: main?.showcases?.c1 ?? PLAIN } })] }) },
    "attract-bare": { stand: bare },
    "attract-offline": { stand: () => kioskEngine({ boards: [kioskBoard(main ?? {}, "offline")], online: false }) },
    home: { stand: whole, press: [begin] },
    "home-single": { stand: single, press: [begin] },
    "home-bare": { stand: bare, press: [begin] },
    boards: { stand: whole, press: [begin, ".choice[data-strong]"] },
    board: { stand: whole, press: [begin, ".choice[data-strong]", stage(1)] },
    stage: { stand: whole, press: [begin, stage(1)] },
    stopped: { stand: whole, press: [begin, stage(6)] },
    card: { stand: whole, press: card },
    "card-given": { stand: whole, press: [...card, ".opinion:nth-child(1)"] },
    "card-stars": { stand: whole, press: [begin, stage(2), tile(1)] },
    "card-reaction": { stand: whole, press: [begin, stage(3), tile(1), ".opinion:nth-child(2)"] },
    "card-long": { stand: whole, press: [begin, stage(4), tile(1)] },
    "card-stopped": { stand: whole, press: [begin, stage(6), tile(1)] },
    comments: { stand: whole, press: [...card, ".card-screen__deeds .choice:nth-child(1)"] },
    verb: { stand: whole, press: [...card, ".card-screen__deeds .choice:nth-child(2)"] },
    rebound: { stand: whole, press: [...card, ".card-screen__deeds .choice:nth-child(2)", stage(2)] },
    idea: { stand: single, press: [begin, ".choice[data-strong]"] },
    "idea-accents": { stand: single, press: [begin, ".choice[data-strong]", ".hg-button-accents"] },
    "idea-digits": { stand: single, press: [begin, ".choice[data-strong]", ".hg-button-digits"] },
    thanks: { stand: single, press: [begin, ".choice[data-strong]", "[data-skbtn='B']", ".writing__deeds .button--primary"] },
    "thanks-kept": {
      stand: () => {
        const stand = kioskEngine({ boards: [kioskBoard(main ?? {}, "offline")], online: false });
        stand.contribution.state.value = "queued";
        return stand;
      },
      press: [begin, ".choice[data-strong]", "[data-skbtn='B']", ".writing__deeds .button--primary"],
    },
    idle: { stand: whole, press: card, then: ({ inside }) => void (inside.visit.left_s.value = 17) },
    help: { stand: whole, press: [begin, ".bar__item:nth-child(6)"] },
    full: { stand: single, press: [begin], then: ({ inside }) => void (inside.queue.value = { count: 500, max: 500, full: true }) },
    pin: { stand: whole, press: [begin, ".bar__item:nth-child(6)", ".help__staff"] },
    staff: { stand: whole, then: ({ inside }) => void (inside.staff.state.value = "open") },
    unpair: { stand: whole, then: ({ inside }) => void (inside.staff.state.value = "open"), press: [] },
    cleaning: { stand: whole, then: ({ inside }) => void (inside.staff.cleaning_s.value = 27) },
    ask: { stand: () => kioskEngine({ seat: { is: "none", problem: null } }) },
    "ask-unknown": { stand: () => kioskEngine({ seat: { is: "none", problem: "unknown_board" } }) },
    "ask-revoked": { stand: () => kioskEngine({ seat: { is: "none", problem: "removed" } }) },
    pairing: { stand: () => kioskEngine({ seat: { is: "pairing", ref: "KTE7X", code: "K7WQ3H", expires_ms: Date.now() + 580_000, problem: null } }) },
    "pairing-away": { stand: () => kioskEngine({ seat: { is: "pairing", ref: "KTE7X", code: null, expires_ms: null, problem: "unreachable" } }) },
    starting: { stand: () => kioskEngine({ seat: { is: "starting" } }) },
    elsewhere: { stand: () => kioskEngine({ seat: { is: "elsewhere" } }) },
    waiting: {
      stand: () => {
        const board = kioskBoard(main ?? {}, "offline");
        board.state.value = null;
        return kioskEngine({ boards: [board], online: false });
      },
    },
    ended: { stand: () => kioskEngine({ boards: [kioskBoard(main ?? {}, "ended")], online: false }) },
  };
}

void (async () => {
  await detectLanguage();
  await Promise.all(["en", "fr"].map((tag) => fetchTexts(tag)));
  const locale = language.value === "fr" ? "fr" : "en";
  const scene = scenes(locale)[query.get("scene") ?? "attract"];
  const app = document.getElementById("app");
  if (!scene || !app) return;
  const stand = scene.stand();
  render(<Kiosk engine={stand.engine} />, app);
  Object.assign(globalThis, { stand });
  for (const selector of scene.press ?? []) {
    await act(async () => {
      const found = document.querySelector(selector);
      if (!(found instanceof HTMLElement)) throw new Error(`There is no ${selector} to press.`);
      found.click();
    });
    stand.inside.visit.active.value = true;
  }
  scene.then?.(stand);
  const { look } = stand.inside.visit;
  const text = query.get("text"); // last, as by a finger on the bar: the way here is pressed in the usual size
  if (text === "large" || text === "largest") look.setTextSize(text);
  if (query.get("contrast") === "high") look.setContrast("high");
  document.body.dataset.ready = "true";
})();

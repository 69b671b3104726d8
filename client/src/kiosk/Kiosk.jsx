// The kiosk: a sign that answers to a finger. Which screen is there follows from what the engine says and from where the
// visitor has gone; when a visit is over, everything below is thrown away and made anew, so that nothing can stay in it.
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { usePageTitle } from "../components/usePageTitle.js";
import { t } from "../i18n/index.js";
import "./Kiosk.css";
import { Attract } from "./screens/Attract.jsx";
import { CardScreen } from "./screens/CardScreen.jsx";
import { placeOf } from "./screens/Frame.jsx";
import { Help, LanguageChoice } from "./screens/Help.jsx";
import { Home } from "./screens/Home.jsx";
import { Idle } from "./screens/Idle.jsx";
import { BoardList, BoardScreen, StageList } from "./screens/Lists.jsx";
import { Notice } from "./screens/Notice.jsx";
import { AskBoard, ShowCode } from "./screens/Pairing.jsx";
import { Cleaning, PinPad, StaffScreen } from "./screens/Staff.jsx";
import { Comments, VerbChoice } from "./screens/Talk.jsx";
import { Thanks } from "./screens/Thanks.jsx";
import { WriteComment, WriteIdea, WriteRebound } from "./screens/Writing.jsx";
import { Visit, useVisit } from "./screens/context.js";
import { Voice } from "./voice/Voice.jsx";
import "./texts.js";

/** @typedef {import("./engine/index.js").Engine} Engine */
/** @typedef {import("./screens/context.js").Place} Place */
/** @typedef {import("./screens/faces.js").Face} Face */

/** @param {{ engine: Engine }} props */
export function Kiosk({ engine }) {
  const [wiped, setWiped] = useState(0);
  useLayoutEffect(() => engine.visit.onWipe(() => setWiped((times) => times + 1)), [engine]);
  useLayoutEffect(() => {
    document.documentElement.dataset.surface = "kiosk";
    return () => void delete document.documentElement.dataset.surface;
  }, []);
  usePageTitle(placeOf(engine));
  const cleaning = engine.staff.cleaning_s.value;
  if (cleaning !== null) return <Cleaning left={cleaning} />;
  return (
    <>
      <Visitor key={wiped} engine={engine} />
      <Voice engine={engine} />
    </>
  );
}

/** One visitor's way, from the first touch to the wipe. @param {{ engine: Engine }} props */
function Visitor({ engine }) {
  const [way, setWay] = useState(/** @type {readonly Place[]} */ ([]));
  const place = way.at(-1);
  const leads = place !== undefined && place.at !== "home";
  const inside = engine.staff.state.value !== "closed";
  const kept = useKeptPlaces(place);
  const visiting = useMemo(
    () => ({
      engine,
      go(/** @type {Place} */ next) {
        engine.staff.close(); // whoever goes anywhere else has left the staff's side
        setWay((now) => onward(now, open(engine, next)));
      },
      instead: (/** @type {Place} */ next) => setWay((now) => [...now.slice(0, -1), next]),
      back: inside ? engine.staff.close : leads ? () => setWay((now) => now.slice(0, -1)) : null,
      over: engine.visit.end,
      kept,
    }),
    [engine, leads, inside, kept],
  );
  // the thanks count for themselves, and whoever pairs a screen is no visitor
  const left = place?.at === "thanks" || engine.seat.value.is !== "seated" ? null : engine.visit.left_s.value;
  return (
    <Visit.Provider value={visiting}>
      <div class="kiosk-visit" inert={left !== null}>
        <Shown engine={engine} place={place} onBegin={(face) => setWay(face ? [HOME, cardOf(face)] : [HOME])} />
      </div>
      {left !== null && <Idle left={left} onStay={engine.visit.stay} onEnd={engine.visit.end} />}
    </Visit.Provider>
  );
}

/** @type {Place} */
const HOME = { at: "home" };

/** @param {Face} face @returns {Place} */
const cardOf = ({ board, card }) => ({ at: "card", board: board.id, card: card.id });

/**
 * What is kept of a place for as long as the way leads back to it: nobody who asks for help loses their words.
 * @param {Place | undefined} place
 * @returns {Map<string, unknown>}
 */
function useKeptPlaces(place) {
  const places = useMemo(() => /** @type {WeakMap<Place, Map<string, unknown>>} */ (new WeakMap()), []);
  return useMemo(() => {
    const kept = (place && places.get(place)) ?? new Map();
    if (place) places.set(place, kept);
    return kept;
  }, [places, place]);
}

/** @type {ReadonlySet<Place["at"]>} */
const WRITING = new Set(["idea", "comment", "rebound"]);

/** A queue that is full says so before anybody writes, never after. @param {Engine} engine @param {Place} place @returns {Place} */
const open = (engine, place) => (engine.queue.peek().full && WRITING.has(place.at) ? { at: "full" } : place);

/**
 * The way so far and the next place: home begins anew, and nobody goes where they are.
 * @param {readonly Place[]} way
 * @param {Place} next
 * @returns {readonly Place[]}
 */
function onward(way, next) {
  if (next.at === "home") return [next];
  return next.at === way.at(-1)?.at && Object.keys(next).length === 1 ? way : [...way, next];
}

/** @param {{ engine: Engine, place: Place | undefined, onBegin: (face?: Face) => void }} props */
function Shown({ engine, place, onBegin }) {
  const seat = engine.seat.value;
  const staff = engine.staff.state.value;
  if (place?.at === "help" && staff === "closed") return <Help />;
  switch (seat.is) {
    case "starting":
      return <Notice name="starting" kind="loading" sentence={t("kiosk.notice.loading")} action={null} />;
    case "none":
      return <AskBoard problem={seat.problem} />;
    case "pairing":
      return <ShowCode wanted={seat.ref} code={seat.code} expires_ms={seat.expires_ms} problem={seat.problem} />;
    case "elsewhere":
      return <Notice name="elsewhere" kind="ended" sentence={t("kiosk.notice.elsewhere")} action={{ label: t("kiosk.notice.elsewhere.action"), onPress: engine.staff.reload }} />;
    default:
  }
  if (staff === "open") return <StaffScreen />;
  if (staff !== "closed") return <PinPad />;
  const boards = engine.boards.value;
  if (boards.length > 0 && boards.every(({ line }) => line.value === "ended")) {
    return <Ended />;
  }
  if (boards.every(({ state }) => !state.value)) {
    const away = !engine.online.value && boards.some(({ line }) => line.value === "offline");
    return (
      <Notice
        name="waiting"
        kind={away ? "offline" : "loading"}
        sentence={t(away ? "kiosk.notice.offline" : "kiosk.notice.loading")}
        action={away ? { label: t("kiosk.notice.retry"), onPress: engine.staff.reload } : null}
      />
    );
  }
  return place ? <At key={keyOf(place)} place={place} /> : <Attract onBegin={onBegin} />;
}

/** Another card is another screen, with nothing of the last one in it. @param {Place} place */
const keyOf = (place) => Object.values(place).filter((part) => typeof part === "string").join(" ");

/** @param {{ place: Place }} props */
function At({ place }) {
  switch (place.at) {
    case "home":
      return <Home />;
    case "boards":
      return <BoardList />;
    case "help":
      return <Help />;
    case "languages":
      return <LanguageChoice />;
    case "full":
      return <Notice kind="full" name="full" sentence={t("kiosk.notice.full")} />;
    case "stage":
      return <StageList stage={place.stage} />;
    case "board":
      return <BoardScreen board={place.board} />;
    case "card":
      return <CardScreen board={place.board} card={place.card} part={place.part} />;
    case "comments":
      return <Comments board={place.board} card={place.card} />;
    case "verb":
      return <VerbChoice board={place.board} card={place.card} />;
    case "idea":
      return <WriteIdea board={place.board} />;
    case "comment":
      return <WriteComment board={place.board} card={place.card} />;
    case "rebound":
      return <WriteRebound board={place.board} card={place.card} verb={place.verb} />;
    case "thanks":
      return <Thanks board={place.board} contribution={place.contribution} />;
    default:
      /** @type {never} */ (place);
      return null;
  }
}

/** Nothing to take part in any more; what this is, and who helps, can still be read. */
function Ended() {
  const { go } = useVisit();
  return <Notice name="ended" kind="ended" sentence={t("kiosk.notice.ended")} action={{ label: t("kiosk.bar.help"), onPress: () => go({ at: "help" }) }} />;
}

// The way home with what was written at a kiosk: what the board asks of whoever comes, nothing where it knows them, and one
// calm sentence for all that may hold it up.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button.jsx";
import { Screen } from "../../components/Screen.jsx";
import { boardFace, joinBoard } from "../../core/http.js";
import { joinDevice, keepHandoff, seatAt } from "../../core/identity.js";
import { Refused } from "../../core/refused.js";
import { t } from "../../i18n/index.js";
import { JoinScreen } from "../JoinScreen.jsx";
import { isNews } from "./CameHome.jsx";
import { bringHome, hitchOf, isLost, lossOf, nobody } from "./handoff.js";
import "./texts.js";

export { CameHome } from "./CameHome.jsx";

/** @typedef {import("../../core/identity.js").Held} Held */
/** @typedef {import("../../core/identity.js").Seat} Seat */
/** What is on the screen in place of the form. @typedef {{ at: import("./handoff.js").Hitch, now: () => void } | { at: "late" | Lost }} Hold */

/** @typedef {import("./handoff.js").Lost} Lost */

/** @param {{ code: string, held: Held, onJoined: (seat: Seat) => void, onWithout: () => void }} props */
export default function Arriving({ code, held, onJoined, onWithout }) {
  const [hold, setHold] = useState(/** @type {Hold | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const seated = seatAt(code) !== null;
  const kept = useRef(held);
  /** Whether nothing needs asking: they are on the board, or have said all that it asks. */
  const known = useRef(seated || held.wish !== undefined);
  const left = useMemo(() => new AbortController(), []);
  useEffect(() => () => left.abort(), [left]);
  useEffect(() => {
    if (hold?.at !== "offline") return undefined;
    window.addEventListener("online", hold.now);
    return () => window.removeEventListener("online", hold.now);
  }, [hold]);

  /** @param {Lost} at */
  const isOver = (at) => {
    keepHandoff(code, null);
    setHold({ at });
  };
  /** What the board asks, and whether there is any use in asking it: a code may be over already. @type {typeof boardFace} */
  const face = async (place) => {
    const { secret: handoff } = kept.current;
    const look = known.current ? null : lossOf(() => joinBoard(place, { device: joinDevice(code), handoff, segment: nobody() }));
    const [found, lost] = await Promise.all([boardFace(place), look]);
    if (lost && !left.signal.aborted) isOver(lost);
    return found;
  };

  /** @type {typeof joinBoard} */
  const join = async (place, said) => {
    const { name = null, segment = null, email = null } = known.current ? (kept.current.wish ?? {}) : said;
    const wish = { name, segment, email };
    kept.current = { ...kept.current, wish };
    keepHandoff(code, kept.current);
    const { secret: handoff, since_ms } = kept.current;
    try {
      const joined = await bringHome(() => joinBoard(place, { device: said.device, handoff, ...wish }), {
        since_ms,
        until: left.signal,
        tell: (at, now) => setHold({ at, now }),
      });
      keepHandoff(code, null);
      isNews.value = true;
      return joined;
    } catch (error) {
      if (left.signal.aborted || !(error instanceof Refused)) throw error;
      known.current = false;
      if (isLost(error.code)) isOver(error.code);
      else setHold(hitchOf(error) ? { at: "late" } : null);
      throw error;
    }
  };
  const again = () => {
    kept.current = { ...kept.current, since_ms: Date.now() };
    known.current = true;
    setHold(null);
    setAttempt(attempt + 1);
  };
  const without = () => {
    keepHandoff(code, null);
    onWithout();
  };
  const way = { lead: t("phone.handoff.lead"), known: known.current, face, join };
  return (
    <>
      <div role="status">{hold && <HeldUp hold={hold} seated={seated} onAgain={again} onWithout={without} />}</div>
      <div class="arriving" hidden={hold !== null}>
        <JoinScreen key={attempt} code={code} way={way} onJoined={onJoined} />
      </div>
    </>
  );
}

/** @param {{ hold: Hold, seated: boolean, onAgain: () => void, onWithout: () => void }} props */
function HeldUp({ hold, seated, onAgain, onWithout }) {
  const without = { label: t(seated ? "phone.handoff.toBoard" : "phone.handoff.without"), onPress: onWithout };
  switch (hold.at) {
    case "waiting":
      return <Screen whole kind="loading" sentence={t("phone.handoff.waiting")} />;
    case "offline":
      return <Screen whole kind="offline" sentence={t("phone.handoff.offline")} action={{ label: t("phone.join.now"), onPress: hold.now }} />;
    case "late":
      return (
        <Screen whole kind="offline" sentence={t("phone.handoff.late")} action={{ label: t("common.retry"), onPress: onAgain }}>
          <Button onClick={onWithout}>{without.label}</Button>
        </Screen>
      );
    case "handoff_used":
      return <Screen whole kind="ended" sentence={t("phone.handoff.used")} action={without} />;
    case "handoff_expired":
      return <Screen whole kind="ended" sentence={t("phone.handoff.expired")} action={without} />;
  }
}

// Which screen: joining, the board, or the one sentence there is to say when there is neither.
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../components/Screen.jsx";
import { dropToken, fromLink, handoffAt, keepSeat, leaveSeat, seatAt } from "../core/identity.js";
import { createBoardStore } from "../core/store.js";
import { language, t } from "../i18n/index.js";
import { BoardScreen } from "./BoardScreen.jsx";
import { JoinScreen } from "./JoinScreen.jsx";
import { afterwards, fetchAhead, Later } from "./later.jsx";

/** @typedef {import("../core/identity.js").Seat} Seat */

/** @param {{ place: import("./place.js").Place }} props */
export function Phone({ place }) {
  const [invitation, setInvitation] = useState(() => fromLink("i"));
  const [held, setHeld] = useState(() => (place.kind === "join" ? handoffAt(place.key) : null));
  const [seat, setSeat] = useState(() => (invitation ? null : seatFor(place)));
  if (place.kind === "nowhere" || (place.kind === "preview" && !seat)) return <Lost />;
  const { key } = place;
  const join = (/** @type {Seat} */ joined) => {
    setInvitation(null);
    keepSeat(key, joined);
    setSeat(joined);
  };
  if (held) {
    return (
      <Later
        name="handoff/arriving"
        code={key}
        held={held}
        onJoined={(/** @type {Seat} */ joined) => {
          setHeld(null);
          join(joined);
        }}
        onWithout={() => setHeld(null)}
      />
    );
  }
  if (!seat) return <JoinScreen code={key} invitation={invitation} onJoined={join} />;
  return (
    <Seated
      key={seat.token}
      seat={seat}
      onLeave={() => {
        leaveSeat(key);
        setSeat(null);
      }}
      onStale={() => {
        dropToken(key);
        setSeat(null);
      }}
    />
  );
}

/** @param {import("./place.js").Place} place @returns {Seat | null} */
function seatFor(place) {
  if (place.kind === "join") return seatAt(place.key);
  const token = fromLink("t");
  // nobody's: it is not kept, and whoever looks may be somebody on this board too
  return place.kind === "preview" && token ? { board: place.key, token, seat: place.key } : null;
}

/** @param {{ seat: Seat, onLeave: () => void, onStale: () => void }} props */
function Seated({ seat, onLeave, onStale }) {
  const [store] = useState(() => createBoardStore({ token: seat.token, board: seat.board, seat: seat.seat }));
  useEffect(countSoon, []);
  useEffect(() => {
    const left = new AbortController();
    const where = { scope: seat.seat, until: left.signal };
    fetchAhead([], () => void afterwards().then(({ keepBoard }) => keepBoard(store, where)));
    return () => {
      left.abort();
      store.close();
    };
  }, [store, seat]);
  const leave = () => {
    void afterwards().then(({ clearAway }) => clearAway(seat.seat));
    onLeave();
  };
  const code = store.ended.value?.code;
  if (code) return <Later name="later/parted" code={code} onStale={onStale} />;
  if (!store.board.value) {
    if (store.status.value !== "offline") return <Screen whole kind="loading" />;
    return (
      <Screen whole kind="offline">
        {store.outgoing.value.length > 0 && <p>{t("part.line.kept")}</p>}
      </Screen>
    );
  }
  return <BoardScreen store={store} draftKey={seat.seat} onLeave={leave} />;
}

/**
 * The first number that a browser writes in a language costs it far more than all later ones: it is written while the line
 * is being opened, not when the board is there to be drawn.
 */
const countSoon = () => void window.setTimeout(() => new Intl.NumberFormat(language.peek()).format(0));

/** A code that leads nowhere. */
export function Lost() {
  return <Screen whole kind="wrong-code" action={{ label: t("phone.home"), href: "/" }} />;
}

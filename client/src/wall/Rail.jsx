// How to come in, how much time there is, and who is here: always there, whatever the stage shows.
import { BadgeSign } from "../components/Badge.jsx";
import { BrandLogo } from "../components/BrandLogo.jsx";
import { ConnectionBadge } from "../components/ConnectionBadge.jsx";
import { QrView } from "../components/QrView.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { TimerView } from "../components/TimerView.jsx";
import { useJoinUrl } from "../components/useJoinUrl.js";
import { t } from "../i18n/index.js";

/** @typedef {import("../core/fold.js").BoardMeta} BoardMeta */

/** @param {{ store: import("../core/store.js").BoardStore, board: BoardMeta }} props */
export function Rail({ store, board }) {
  const presence = store.presence.value;
  const open = store.openRound.value;
  const status = store.status.value;
  const joinUrl = useJoinUrl(board.code);
  const hands = board.hands?.length ?? 0;
  const ready = presence?.ready ?? 0;
  return (
    <aside class="wall__rail">
      <BrandLogo />
      <div class="wall__now">
        {board.timer && (
          <p class="wall__timer">
            <TimerView timer={board.timer} skewMs={store.skewMs.value} />
          </p>
        )}
        {open && board.step.view !== "choose" && open.on !== "options" && (
          <p class="wall__vote">
            <strong>{open.title ?? t("wall.vote")}</strong>
            <span>{t("wall.voted", { n: open.voters })}</span>
          </p>
        )}
        {board.locked && <p class="wall__locked">{t("wall.locked")}</p>}
      </div>
      <div class="wall__who">
        {presence && <p class="wall__here">{t("wall.here", { n: presence.here })}</p>}
        {presence && <Segments counts={presence.segments} segments={board.segments} />}
        {presence && presence.writing > 0 && <p class="wall__sign">{t("wall.writing", { n: presence.writing })}</p>}
        {ready > 0 && (
          <p class="wall__sign wall__sign--ready">
            <BadgeSign kind="ready" /> {t("wall.ready", { n: ready })}
          </p>
        )}
        {hands > 0 && (
          <p class="wall__sign">
            <BadgeSign kind="hand" /> {t("wall.hands", { n: hands })}
          </p>
        )}
        {status !== "live" && <ConnectionBadge status={status} brief />}
      </div>
      <div class="wall__join">
        <QrView code={board.code} address={joinUrl} />
        <div class="wall__join-words">
          <p class="wall__join-about">{t("wall.join")}</p>
          <p class="wall__code">
            <span class="only-said">{t("wall.code")} </span>
            {board.code}
          </p>
          <p class="wall__address">{new URL(joinUrl).host}</p>
        </div>
      </div>
    </aside>
  );
}

/** @param {{ counts: Record<string, number>, segments: BoardMeta["segments"] }} props */
function Segments({ counts, segments }) {
  return (
    <ul class="wall__segments">
      {segments.map((segment, place) => {
        const count = counts[segment.id] ?? 0;
        return count > 0 ? (
          <li key={segment.id}>
            <SegmentMark place={place} label={segment.label} /> {count}
          </li>
        ) : null;
      })}
    </ul>
  );
}

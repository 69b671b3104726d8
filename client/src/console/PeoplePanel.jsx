// Who is here: how many of each segment, and by name.
import { AuthorMark, nameOf } from "../components/AuthorMark.jsx";
import { Menu } from "../components/Menu.jsx";
import { SegmentMark } from "../components/SegmentMark.jsx";
import { t } from "../i18n/index.js";
import { Panel } from "./Panel.jsx";

/** @typedef {import("../core/store.js").BoardStore} BoardStore */
/** @typedef {import("@protocol/generated/types.d.ts").Segment} Segment */
/** @typedef {import("@protocol/generated/types.d.ts").PresentView} PresentView */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {{ store: BoardStore, desk: Desk, segments: readonly Segment[] }} props */
export function PeoplePanel({ store, desk, segments }) {
  const presence = store.presence.value;
  const me = store.you.value?.participant;
  const people = presence?.people?.filter((person) => person.role !== "display") ?? [];
  return (
    <Panel title={t("console.people")} count={presence ? String(presence.here) : undefined}>
      {presence && (
        <ul class="people__segments">
          {segments.map((segment, place) => {
            const count = presence.segments[segment.id] ?? 0;
            return count > 0 ? (
              <li key={segment.id}>
                <SegmentMark place={place} /> {segment.label} <strong>{count}</strong>
              </li>
            ) : null;
          })}
          {presence.writing > 0 && <li class="quiet">{t("console.people.writing", { n: presence.writing })}</li>}
        </ul>
      )}
      {people.length === 0 ? (
        <p class="quiet small">{t("console.people.none")}</p>
      ) : (
        <details class="people__names">
          <summary>{t("console.people.names")}</summary>
          <ul>
            {people.map((person) => (
              <li key={person.participant} class="people__person">
                <AuthorMark person={person} segments={segments} mine={person.participant === me} />
                {person.participant !== me && <Remove person={person} desk={desk} />}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

/** @param {{ person: PresentView, desk: Desk }} props */
function Remove({ person, desk }) {
  const name = nameOf(person);
  return (
    <Menu
      label={name}
      items={[
        {
          label: t("console.people.remove"),
          danger: true,
          onPick: () => {
            desk.sheet.value = { kind: "remove", participant: person.participant, name };
          },
        },
      ]}
    />
  );
}
